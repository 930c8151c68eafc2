package net.weft.controller.server;

import io.grpc.stub.StreamObserver;
import net.weft.controller.model.plan.Plan;
import net.weft.controller.model.revision.Author;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionHeader;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.v1.ApplyResponse;
import net.weft.v1.ConfirmRequest;
import net.weft.v1.ConfirmResponse;
import net.weft.v1.DiffRevisionsRequest;
import net.weft.v1.DiffRevisionsResponse;
import net.weft.v1.GetRevisionRequest;
import net.weft.v1.GetRevisionResponse;
import net.weft.v1.ListRevisionsRequest;
import net.weft.v1.ListRevisionsResponse;
import net.weft.v1.RevisionInfo;
import net.weft.v1.RevisionServiceGrpc;
import net.weft.v1.RollbackRequest;

/** The service {@code weft.v1.RevisionService}, which converts messages for {@link Fabric} and its {@link History}. */
public final class RevisionGrpc extends RevisionServiceGrpc.RevisionServiceImplBase {
    private static final int USUAL_LIMIT = 20;
    private static final int MAX_LIMIT = 10_000;

    private final Fabric fabric;

    public RevisionGrpc(Fabric fabric) {
        this.fabric = fabric;
    }

    @Override
    public void listRevisions(ListRevisionsRequest request, StreamObserver<ListRevisionsResponse> observer) {
        int limit = request.getLimit() == 0
                ? USUAL_LIMIT
                : (int) Math.min(Integer.toUnsignedLong(request.getLimit()), MAX_LIMIT);
        Answers.answer(observer, () -> ListRevisionsResponse.newBuilder()
                .addAllRevisions(fabric.history().headers(Math.max(0, request.getBefore()), limit).stream()
                        .map(this::info).toList())
                .build());
    }

    @Override
    public void getRevision(GetRevisionRequest request, StreamObserver<GetRevisionResponse> observer) {
        Answers.answer(observer, () -> {
            Revision revision = fabric.history().revision(request.getRevision());
            return GetRevisionResponse.newBuilder().setInfo(info(revision.header()))
                    .setYaml(FabricYaml.write(revision.config())).build();
        });
    }

    @Override
    public void diffRevisions(DiffRevisionsRequest request, StreamObserver<DiffRevisionsResponse> observer) {
        Answers.answer(observer, () -> {
            Revision from = fabric.history().revision(request.getFrom());
            DiffRevisionsResponse.Builder response = DiffRevisionsResponse.newBuilder().setFrom(from.number());
            if (!request.getYamlBytes().isEmpty()) {
                try {
                    Plan plan = fabric.diff(from.config(), request.getYamlBytes().toByteArray()).plan();
                    return response.addAllChanges(Answers.changes(plan)).build();
                } catch (RefusedException e) {
                    return response.setRefusal(Answers.refusal(e, request.getRefusalInResponse())).build();
                }
            }
            Revision to = fabric.history().revision(request.getTo());
            return response.setTo(to.number()).addAllChanges(Answers.changes(Plan.diff(from.config(), to.config())))
                    .build();
        });
    }

    @Override
    public void rollback(RollbackRequest request, StreamObserver<ApplyResponse> observer) {
        Answers.change(fabric, observer, request.getRefusalInResponse(),
                () -> fabric.rollback(request.getRevision(), ChangeTerms.of(request.getDryRun(),
                        ChangeTerms.base(request.hasBaseRevision(), request.getBaseRevision()), false,
                        request.getOptions()), Answers.who()));
    }

    @Override
    public void confirm(ConfirmRequest request, StreamObserver<ConfirmResponse> observer) {
        Answers.answer(observer, () -> ConfirmResponse.newBuilder().setRevision(fabric.confirm(request.getRevision(),
                Answers.who(), ChangeTerms.claimed(request.getClaimedName()))).build());
    }

    private RevisionInfo info(RevisionHeader header) {
        Author author = header.author();
        RevisionInfo.Builder info = RevisionInfo.newBuilder().setRevision(header.number())
                .setTime(author.time().toString()).setWho(author.who()).setClaimedName(author.caller().claimed())
                .setCommand(author.command()).setComment(author.comment()).addAllChanges(header.changes().first())
                .setChangeCount(header.changes().count()).setUnconfirmed(header.trial().isPresent())
                .setGone(!fabric.history().isKept(header.number()));
        author.caller().uid().ifPresent(info::setUid);
        author.caller().process().ifPresent(info::setProcess);
        return info.build();
    }
}
