package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventsTest {
    @Test
    void shouldCountSignalsUntilDrained() {
        try (EventFd event = new EventFd()) {
            assertThat(event.drain()).isZero();
            assertThat(event.signal()).isZero();
            assertThat(event.signal()).isZero();
            assertThat(event.drain()).isEqualTo(2);
            assertThat(event.drain()).isZero();
        }
    }

    @Test
    void shouldReportTheDataOfReadyDescriptorsOnly() {
        try (Epoll epoll = new Epoll(4); EventFd first = new EventFd(); EventFd second = new EventFd()) {
            epoll.add(first.fd(), Epoll.IN, 0x1122334455667788L);
            epoll.add(second.fd(), Epoll.IN, -7);
            assertThat(epoll.await(0)).isZero();
            second.signal();
            assertThat(epoll.await(1000)).isEqualTo(1);
            assertThat(epoll.data(0)).isEqualTo(-7);
            assertThat(epoll.events(0)).isEqualTo(Epoll.IN);
            second.drain();
            epoll.modify(second.fd(), Epoll.OUT, 3);
            first.signal();
            assertThat(epoll.await(1000)).isEqualTo(2);
            assertThat(new long[]{epoll.data(0), epoll.data(1)}).containsExactlyInAnyOrder(0x1122334455667788L, 3);
            epoll.remove(first.fd());
            epoll.remove(second.fd());
            assertThat(epoll.await(0)).isZero();
        }
    }

    @Test
    void shouldWakeAThreadThatSleepsForEver() throws InterruptedException {
        try (Epoll epoll = new Epoll(1); EventFd event = new EventFd()) {
            epoll.add(event.fd(), Epoll.IN, 1);
            CountDownLatch woken = new CountDownLatch(1);
            Thread sleeper = Thread.ofPlatform().daemon().start(() -> {
                while (epoll.await(-1) != 1) {
                    Thread.onSpinWait();
                }
                woken.countDown();
            });
            event.signal();
            assertThat(woken.await(10, TimeUnit.SECONDS)).isTrue();
            sleeper.join();
        }
    }

    @Test
    void shouldSayWhichCallFailedOnAClosedDescriptor() {
        EventFd event = new EventFd();
        event.close();
        event.close();
        assertThat(event.signal()).isEqualTo(-Errno.EBADF);
        try (Epoll epoll = new Epoll(1)) {
            assertThatThrownBy(() -> epoll.add(event.fd(), Epoll.IN, 0)).isInstanceOfSatisfying(LinuxException.class,
                    e -> {
                        assertThat(e.errno()).isEqualTo(Errno.EBADF);
                        assertThat(e).hasMessage(
                                "epoll_ctl fd -1: the file descriptor is closed or of the wrong kind (EBADF)");
                    });
        }
    }
}
