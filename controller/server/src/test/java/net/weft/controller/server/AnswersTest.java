package net.weft.controller.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each failure of the work becomes a status that tells the caller what to do. */
class AnswersTest {
    private final List<Object> answers = new ArrayList<>();

    private final StreamObserver<String> observer = new StreamObserver<>() {
        @Override
        public void onNext(String answer) {
            answers.add(answer);
        }

        @Override
        public void onError(Throwable fault) {
            answers.add(Status.fromThrowable(fault));
        }

        @Override
        public void onCompleted() {
            answers.add("completed");
        }
    };

    @Test
    void shouldSayThatAChangeNeedsTooMuchMemory() {
        Answers.answer(observer, () -> {
            throw new OutOfMemoryError("Java heap space");
        });
        assertThat(answers).singleElement().isInstanceOfSatisfying(Status.class, status -> {
            assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(status.getDescription()).contains(" MiB of memory that weft may use", "-Xmx1g");
        });
    }

    @Test
    void shouldAnswer() {
        Answers.answer(observer, () -> "done");
        assertThat(answers).containsExactly("done", "completed");
    }
}
