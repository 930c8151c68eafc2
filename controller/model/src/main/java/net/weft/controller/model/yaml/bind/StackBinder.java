package net.weft.controller.model.yaml.bind;

import java.util.List;
import java.util.Optional;
import net.weft.controller.model.StackConfig;
import net.weft.controller.model.yaml.tree.Faults;

/** Binds {@code stack}. */
final class StackBinder {
    private StackBinder() {
    }

    static StackConfig bind(MappingReader root, Faults faults) {
        MappingReader fields = MappingReader.of(root.mapping("stack"), Section.STACK, root.path("stack"), faults);
        Optional<String> protection = fields.text("link-protection", List.of("auto", "none")::contains,
                "auto (nic links are authenticated) or none (dedicated cables only)");
        return new StackConfig(Optional.empty(), !protection.filter("none"::equals).isPresent());
    }
}
