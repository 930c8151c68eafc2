package net.weft.linux;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes each kind of access of {@link Memory} to a page that its file does not have, many times, and prints what came of it. A process of its
 * own: where HotSpot does not foresee a fault, the process dies. With an argument it makes the access of that name alone.
 */
final class FaultProbe {
    private static final int WARM_UP = 20_000;
    private static final int FAULTS = 200;
    private static final int PAGES = 16;

    private static long sum;
    private static int number;

    interface Access {
        void at(long address);
    }

    private FaultProbe() {
    }

    static Map<String, Access> accesses(long own) {
        Map<String, Access> all = new LinkedHashMap<>();
        FusedAccesses.addTo(all);
        all.put("getByte", at -> sum += Memory.getByte(at));
        all.put("getShort", at -> sum += Memory.getShort(at));
        all.put("getInt", at -> number = Memory.getInt(at));
        all.put("getLong", at -> sum += Memory.getLong(at));
        all.put("getShort, odd", at -> sum += Memory.getShort(at + 1));
        all.put("getLong, odd", at -> sum += Memory.getLong(at + 3));
        all.put("getShortBe", at -> sum += Memory.getShortBe(at));
        all.put("getLongBe", at -> sum += Memory.getLongBe(at));
        all.put("getShortAcquire", at -> sum += Memory.getShortAcquire(at));
        all.put("getIntAcquire", at -> number = Memory.getIntAcquire(at));
        all.put("getLongAcquire", at -> sum += Memory.getLongAcquire(at));
        all.put("putByte", at -> Memory.putByte(at, (byte) 1));
        all.put("putShort", at -> Memory.putShort(at, (short) 1));
        all.put("putInt", at -> Memory.putInt(at, 1));
        all.put("putLong", at -> Memory.putLong(at, 1));
        all.put("putShort, odd", at -> Memory.putShort(at + 1, (short) 1));
        all.put("putLong, odd", at -> Memory.putLong(at + 3, 1));
        all.put("putShortBe", at -> Memory.putShortBe(at, (short) 1));
        all.put("putLongBe", at -> Memory.putLongBe(at, 1));
        all.put("putShortRelease", at -> Memory.putShortRelease(at, (short) 1));
        all.put("putShortVolatile", at -> Memory.putShortVolatile(at, (short) 1));
        all.put("getShortVolatile", at -> sum += Memory.getShortVolatile(at));
        all.put("putIntRelease", at -> Memory.putIntRelease(at, 1));
        all.put("putLongRelease", at -> Memory.putLongRelease(at, 1));
        for (int bytes : new int[]{1, 7, 12, 60, 256, 257, 2000, 9000}) {
            all.put("copy from, " + bytes, at -> Memory.copy(at, own, bytes));
            all.put("copy to, " + bytes, at -> Memory.copy(own, at, bytes));
            byte[] array = new byte[bytes];
            all.put("copy to array, " + bytes, at -> Memory.copy(at, array, 0, bytes));
            all.put("copy of array, " + bytes, at -> Memory.copy(array, 0, at, bytes));
            all.put("fill, " + bytes, at -> Memory.fill(at, bytes, (byte) 1));
        }
        return all;
    }

    /** The access that must never be made: an int, widened with its sign. */
    private static void addForbidden(Map<String, Access> all) {
        all.put("signed int to long", at -> sum += Memory.getInt(at));
    }

    public static void main(String[] args) {
        try (Fd file = Memfd.create("weft-fault-probe", PAGES * 4096);
                Mapping mapping = Mapping.shared(file, 0, PAGES * 4096);
                Fd other = Memfd.create("weft-fault-own", PAGES * 4096);
                Mapping own = Mapping.shared(other, 0, PAGES * 4096)) {
            long missing = mapping.address() + 8 * 4096;
            Map<String, Access> accesses = accesses(own.address());
            if (args.length > 0) {
                addForbidden(accesses);
            }
            accesses.keySet().removeIf(name -> args.length > 0 && !name.equals(args[0]));
            for (Map.Entry<String, Access> access : accesses.entrySet()) {
                file.truncate(PAGES * 4096);
                for (int n = 0; n < WARM_UP; n++) {
                    isFault(access.getValue(), missing);
                }
                file.truncate(4096);
                int faults = 0;
                for (int n = 0; n < FAULTS; n++) {
                    faults += isFault(access.getValue(), missing) ? 1 : 0;
                }
                System.out.println(access.getKey() + ": " + faults);
            }
            System.out.println("done " + (sum + number & 1));
        }
    }

    private static boolean isFault(Access access, long address) {
        try {
            access.at(address);
            FaultCalls.deliver();
            return false;
        } catch (InternalError e) {
            return true;
        }
    }
}
