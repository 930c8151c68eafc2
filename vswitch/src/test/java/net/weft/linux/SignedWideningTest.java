package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No int of {@link Memory} is widened to a long with its sign where it is read: a fault in that instruction kills the process. An int that
 * went through a variable first is not found.
 */
class SignedWideningTest {
    private static final String MEMORY = Memory.class.getName().replace('.', '/');
    private static final Set<String> LOADS = Set.of("getInt", "getIntAcquire");
    private static final long UNSIGNED = 0xFFFF_FFFFL;

    @Test
    void shouldWidenNoIntOfMemoryWithItsSign() throws Exception {
        Path classes = Path.of(URI.create(Memory.class.getProtectionDomain().getCodeSource().getLocation().toString()));
        List<String> found = new ArrayList<>();
        int loads = 0;
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
                loads += search(ClassFile.of().parse(file), found);
            }
        }
        assertThat(loads).as("loads of ints that were looked at").isGreaterThan(30);
        assertThat(found).isEmpty();
    }

    /** The control: the search finds the probe's own, and takes no unsigned one for it. */
    @Test
    void shouldFindAWidening() throws IOException {
        List<String> found = new ArrayList<>();
        for (Class<?> type : List.of(FaultProbe.class, FusedAccesses.class)) {
            try (var bytes = type.getResourceAsStream(type.getSimpleName() + ".class")) {
                search(ClassFile.of().parse(bytes.readAllBytes()), found);
            }
        }
        assertThat(found).singleElement().asString().contains("FaultProbe").contains("addForbidden");
    }

    private static int search(ClassModel type, List<String> found) {
        int loads = 0;
        for (MethodModel method : type.methods()) {
            CodeModel code = method.code().orElse(null);
            if (code == null) {
                continue;
            }
            List<Instruction> instructions = code.elementStream().filter(Instruction.class::isInstance)
                    .map(Instruction.class::cast).toList();
            for (int n = 0; n + 1 < instructions.size(); n++) {
                if (isLoad(instructions.get(n))) {
                    loads++;
                    if (instructions.get(n + 1).opcode() == Opcode.I2L && !isMasked(instructions, n + 2)) {
                        found.add(type.thisClass().asInternalName() + "." + method.methodName().stringValue());
                    }
                }
            }
        }
        return loads;
    }

    private static boolean isLoad(Instruction instruction) {
        return instruction instanceof InvokeInstruction call && call.owner().asInternalName().equals(MEMORY)
                && LOADS.contains(call.name().stringValue());
    }

    private static boolean isMasked(List<Instruction> instructions, int n) {
        return n + 1 < instructions.size() && instructions.get(n) instanceof ConstantInstruction constant
                && constant.constantValue().equals(UNSIGNED) && instructions.get(n + 1).opcode() == Opcode.LAND;
    }
}
