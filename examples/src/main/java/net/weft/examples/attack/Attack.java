package net.weft.examples.attack;

import static net.weft.examples.lab.HostileFrontEnd.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import net.weft.examples.lab.HostileFrontEnd;
import net.weft.linux.EventFd;
import net.weft.linux.Fd;
import net.weft.linux.Memfd;
import net.weft.linux.Memory;

/**
 * The attacks of a hostile driver or front end. Each connects to a port's socket, attacks for a while, and disconnects.
 */
public enum Attack {
    /** The page of the used ring is truncated while frames are sent. */
    USED_RING_GONE {
        @Override
        void run(Scene scene, HostileFrontEnd guest, Fd one, Fd other) {
            EventFd kick = guest.start(0, one, other);
            guest.offerBuffers(2048);
            scene.send(guest, kick, 100, BUFFERS);
            other.truncate(0);
            scene.send(guest, kick, 100, BUFFERS);
        }
    },
    /** Sends frames whose bodies reach into pages that do not exist. */
    BODY_GONE {
        @Override
        void run(Scene scene, HostileFrontEnd guest, Fd one, Fd other) {
            EventFd kick = guest.start(0, one, other);
            guest.offerBuffers(2048);
            int end = BUFFERS + 0x10000;
            scene.send(guest, kick, 50, end - 300);
            one.truncate(end);
            for (int n = 0; n < 100 && scene.goesOn(); n++) {
                guest.sendPiece(end - 300, 12 + Scene.FRAME_BYTES);
                kick.signal();
            }
        }
    },
    /** Other ports send frames to this one, whose receive buffers do not exist. */
    RECEIVE_BUFFERS_GONE {
        @Override
        void run(Scene scene, HostileFrontEnd guest, Fd one, Fd other) {
            EventFd kick = guest.start(MERGEABLE, one, other);
            guest.offerBuffers(2048);
            scene.send(guest, kick, 50, BUFFERS);
            other.truncate(BUFFERS);
            scene.pause(200);
        }
    },
    /**
     * The memory shrinks and grows again and again while frames are sent, so that the cause of a fault may have
     * disappeared when the switch looks for it.
     */
    FLICKERING_MEMORY {
        @Override
        void run(Scene scene, HostileFrontEnd guest, Fd one, Fd other) {
            EventFd kick = guest.start(0, one, other);
            guest.offerBuffers(2048);
            int end = BUFFERS + 0x10000;
            for (int n = 0; n < 200 && scene.goesOn(); n++) {
                guest.sendPiece(end - 300, 12 + Scene.FRAME_BYTES);
                kick.signal();
                one.truncate(end);
                one.truncate(FILE_BYTES);
            }
        }
    },
    /** The rings are set up in memory that has no pages. */
    GONE_BEFORE_SET_UP {
        @Override
        void run(Scene scene, HostileFrontEnd guest, Fd one, Fd other) {
            guest.hello(0, 0);
            guest.memory(one, other);
            other.truncate(0);
            guest.rings(guest.closing(new EventFd()).fd(), guest.closing(new EventFd()).fd());
            scene.pause(50);
        }
    },
    /** The call eventfd is full, and a write to it blocks. */
    BLOCKING_CALL {
        @Override
        void run(Scene scene, HostileFrontEnd guest, Fd one, Fd other) {
            EventFd kick = guest.closing(new EventFd());
            Fd call = guest.closing(new EventFd()).fd();
            guest.hello(0, 0);
            guest.memory(one, other);
            guest.rings(call, kick.fd());
            guest.offerBuffers(2048);
            Scene.fill(call);
            call.nonBlocking(false);
            scene.send(guest, kick, 200, BUFFERS);
        }
    },
    /** The kick eventfd is a semaphore of two thousand million: emptying it takes as many reads, and then a read blocks. */
    SEMAPHORE_KICK {
        @Override
        void run(Scene scene, HostileFrontEnd guest, Fd one, Fd other) {
            guest.hello(0, 0);
            guest.memory(one, other);
            Fd kick = guest.closing(FileTricks.semaphore(Integer.MAX_VALUE));
            guest.rings(guest.closing(new EventFd()).fd(), kick);
            guest.offerBuffers(2048);
            scene.pause(300);
        }
    },
    /** Passes a socket in place of an eventfd. */
    SOCKET_AS_CALL {
        @Override
        void run(Scene scene, HostileFrontEnd guest, Fd one, Fd other) {
            guest.hello(0, 0);
            guest.memory(one, other);
            guest.rings(guest.socket().fd(), guest.socket().fd());
        }
    },
    /** Sets one dirty log after the other. */
    LOG_FLOOD {
        @Override
        void run(Scene scene, HostileFrontEnd guest, Fd one, Fd other) {
            guest.hello(0, LOG_SHMFD);
            for (int n = 0; n < 2000 && scene.goesOn() && guest.send(SET_LOG_BASE, List.of(other), 4096, 0); n++) {
                guest.answer();
            }
        }
    },
    /** Sets one call eventfd after the other. */
    CALL_FLOOD {
        @Override
        void run(Scene scene, HostileFrontEnd guest, Fd one, Fd other) {
            EventFd call = guest.closing(new EventFd());
            guest.start(0, one, other);
            for (int n = 0; n < 5000 && scene.goesOn(); n++) {
                guest.send(SET_VRING_CALL, List.of(call.fd()), n % 2);
            }
        }
    },
    /** Passes one page each of sparse files of 60, 30, 20 and 10 TB. */
    SPARSE_FILES {
        @Override
        void run(Scene scene, HostileFrontEnd guest, Fd one, Fd other) {
            guest.hello(0, CONFIGURE_MEM_SLOTS);
            long user = 0x1000_0000_0000L;
            for (int tera : new int[]{60, 30, 20, 10}) {
                Fd file = guest.closing(Memfd.create("weft-attack", tera * 1_000_000_000_000L));
                guest.send(ADD_MEM_REG, List.of(file), 0, user, 4096, user, 0);
                user += 1 << 20;
            }
            scene.pause(100);
        }
    },
    /** Passes regions of 30 TB. */
    HUGE_REGIONS {
        @Override
        void run(Scene scene, HostileFrontEnd guest, Fd one, Fd other) {
            guest.hello(0, 0);
            long bytes = 30L << 40;
            Fd file = guest.closing(Memfd.create("weft-attack", bytes));
            guest.send(SET_MEM_TABLE, List.of(file, file), 2, 0, bytes, 0x1000, 0, bytes, bytes, 0x1000 + bytes, 0);
            scene.pause(100);
        }
    },
    /** Passes memory on a disk, whose file system may block. */
    FILE_ON_DISK {
        @Override
        void run(Scene scene, HostileFrontEnd guest, Fd one, Fd other) throws IOException {
            Path path = Files.createTempFile(Path.of("/var/tmp"), "weft-attack", "");
            try (Fd file = Fd.open(path.toString(), Fd.O_RDWR)) {
                file.truncate(FILE_BYTES);
                guest.start(0, file, other);
                scene.pause(50);
            } finally {
                Files.delete(path);
            }
        }
    },
    /** Holds a lease on the memory's file: opening it anew blocks. */
    LEASE {
        @Override
        void run(Scene scene, HostileFrontEnd guest, Fd one, Fd other) {
            FileTricks.lease(one);
            FileTricks.lease(other);
            guest.start(0, one, other);
            guest.offerBuffers(2048);
            scene.pause(300);
        }
    },
    /** Opens connections that send nothing. */
    SILENCE {
        @Override
        void run(Scene scene, HostileFrontEnd guest, Fd one, Fd other) throws Exception {
            guest.closing(new HostileFrontEnd(scene.socket()));
            guest.closing(new HostileFrontEnd(scene.socket()));
            scene.pause(300);
        }
    },
    /** Sends only the first bytes of a message. */
    HALF_A_MESSAGE {
        @Override
        void run(Scene scene, HostileFrontEnd guest, Fd one, Fd other) {
            guest.hello(0, 0);
            guest.sendBytes(new byte[]{SET_MEM_TABLE, 0, 0, 0, 1}, List.of(one));
            scene.pause(200);
        }
    },
    /** Offers chains of 1024 receive buffers of length 0. */
    EMPTY_BUFFERS {
        @Override
        void run(Scene scene, HostileFrontEnd guest, Fd one, Fd other) {
            EventFd kick = guest.start(INDIRECT_DESC, one, other);
            long table = BUFFERS;
            for (int n = 0; n < 1024; n++) {
                HostileFrontEnd.descriptor(guest.at(table) + 16L * n, BUFFERS, 0, n < 1023 ? NEXT | WRITE : WRITE,
                        n + 1);
            }
            for (int n = 0; n < ENTRIES; n++) {
                guest.descriptor(RECEIVE, n, table, 16 * 1024, INDIRECT, 0);
                guest.publish(RECEIVE, n);
            }
            scene.send(guest, kick, 100, BUFFERS + 0x8000);
        }
    },
    /** Sets an available index that is far ahead of every entry. */
    WILD_INDEX {
        @Override
        void run(Scene scene, HostileFrontEnd guest, Fd one, Fd other) {
            EventFd kick = guest.start(0, one, other);
            scene.send(guest, kick, 10, BUFFERS);
            Memory.putShort(guest.at(0x10000 + 0x8000 + 2), (short) 0x7000);
            kick.signal();
            scene.pause(50);
        }
    };

    abstract void run(Scene scene, HostileFrontEnd guest, Fd one, Fd other) throws Exception;

    /** The name on the command line, for example {@code used-ring-gone}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Connects to a port's socket, attacks, and releases everything. */
    public void against(Path socket) throws Exception {
        try (Fd one = Memfd.create("weft-attack", FILE_BYTES);
                Fd other = Memfd.create("weft-attack", FILE_BYTES);
                HostileFrontEnd guest = new HostileFrontEnd(socket)) {
            run(new Scene(socket), guest, one, other);
            LockSupport.parkNanos(20_000_000);
        }
    }
}
