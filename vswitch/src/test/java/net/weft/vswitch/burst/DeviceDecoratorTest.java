package net.weft.vswitch.burst;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import net.weft.linux.Fd;
import org.junit.jupiter.api.Test;

/** What stands before a device forgets nothing of it. */
class DeviceDecoratorTest {
    /** Says something else of everything than a device that has nothing to say. */
    private static final class Talkative implements Device {
        private boolean assumedUp;

        @Override
        public int offloads() {
            return TSO4;
        }

        @Override
        public List<ReceiveQueue> receiveQueues() {
            return List.of(new NoQueue());
        }

        @Override
        public int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
            return 7;
        }

        @Override
        public DropReason refusal(int bytes) {
            return DropReason.REFUSED;
        }

        @Override
        public boolean isComingUp() {
            return true;
        }

        @Override
        public void assumeUp() {
            assumedUp = true;
        }

        @Override
        public long takeMissed() {
            return 5;
        }

        @Override
        public long readyNs() {
            return 3;
        }

        @Override
        public DeviceFailure failure() {
            return new DeviceFailure(PortReason.NO_DEVICE, "gone");
        }

        @Override
        public void close() {
        }
    }

    private record NoQueue() implements ReceiveQueue {
        @Override
        public int receive(Burst burst, int budget) {
            return 0;
        }

        @Override
        public void release() {
        }

        @Override
        public Fd fd() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean arm() {
            return false;
        }

        @Override
        public void disarm() {
        }
    }

    private record Before(Device delegate) implements DeviceDecorator {
        @Override
        public void close() {
        }
    }

    /** A new word of {@link Device} needs one here. */
    @Test
    void shouldPassOnEachWordOfADevice() {
        Predicate<Method> spoken = method -> !method.isSynthetic() && !Modifier.isStatic(method.getModifiers())
                && !method.getName().equals("close");
        assertThat(Arrays.stream(DeviceDecorator.class.getDeclaredMethods()).filter(Method::isDefault)
                .map(Method::getName)).containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Device.class.getDeclaredMethods()).filter(spoken).map(Method::getName).toList());
    }

    @Test
    void shouldSayWhatTheDeviceBehindSays() {
        Talkative device = new Talkative();
        Device before = new Before(device);
        assertThat(before.offloads()).isEqualTo(Device.TSO4);
        assertThat(before.receiveQueues()).containsExactly(new NoQueue());
        try (Burst burst = new Burst(); Scratch scratch = new Scratch()) {
            assertThat(before.transmit(burst, new TransmitList(), 0, scratch)).isEqualTo(7);
        }
        assertThat(before.refusal(1)).isEqualTo(DropReason.REFUSED);
        assertThat(before.isComingUp()).isTrue();
        assertThat(before.takeMissed()).isEqualTo(5);
        assertThat(before.readyNs()).isEqualTo(3);
        assertThat(before.failure()).isEqualTo(device.failure());
        before.assumeUp();
        assertThat(device.assumedUp).isTrue();
    }
}
