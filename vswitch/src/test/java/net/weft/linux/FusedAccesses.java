package net.weft.linux;

import java.util.Map;

/**
 * Accesses whose result is used at once, because the optimizing compiler makes one instruction of both: an addition, a comparison, a
 * widening or a shift with an operand in memory. Each is another instruction for HotSpot to decode when it faults.
 */
final class FusedAccesses {
    private static int number = 3;
    private static long wide = 5;
    private static double real;

    private FusedAccesses() {
    }

    static void addTo(Map<String, FaultProbe.Access> all) {
        widenings(all);
        arithmetic(all);
        comparisons(all);
        changes(all);
    }

    private static void widenings(Map<String, FaultProbe.Access> all) {
        all.put("byte to long", at -> wide += Memory.getByte(at));
        all.put("short to long", at -> wide += Memory.getShort(at));
        all.put("unsigned byte to long", at -> wide += Memory.getByte(at) & 0xFFL);
        all.put("unsigned short to long", at -> wide += Memory.getShort(at) & 0xFFFFL);
        all.put("unsigned int to long", at -> wide += Memory.getUnsignedInt(at));
        all.put("unsigned int, acquired, to long", at -> wide += Memory.getIntAcquire(at) & 0xFFFF_FFFFL);
        all.put("int in network order to long", at -> wide += Memory.getIntBe(at));
        all.put("long to int", at -> number += (int) Memory.getLong(at));
        all.put("int to byte", at -> number += (byte) Memory.getInt(at));
        all.put("int to short", at -> number += (short) Memory.getInt(at));
        all.put("low byte of int", at -> number += Memory.getInt(at) & 0xFF);
        all.put("low short of int", at -> number += Memory.getInt(at) & 0xFFFF);
        all.put("int to double", at -> real += Memory.getInt(at));
        all.put("long to double", at -> real += Memory.getLong(at));
    }

    private static void arithmetic(Map<String, FaultProbe.Access> all) {
        all.put("int +", at -> number += Memory.getInt(at));
        all.put("int -", at -> number -= Memory.getInt(at));
        all.put("int *", at -> number *= Memory.getInt(at));
        all.put("int * constant", at -> number += Memory.getInt(at) * 1_000_003);
        all.put("int &", at -> number &= Memory.getInt(at));
        all.put("int |", at -> number |= Memory.getInt(at));
        all.put("int ^", at -> number ^= Memory.getInt(at));
        all.put("int & not", at -> number &= ~Memory.getInt(at));
        all.put("int << constant", at -> number += Memory.getInt(at) << 3);
        all.put("int <<", at -> number += Memory.getInt(at) << number);
        all.put("int >>>", at -> number += Memory.getInt(at) >>> number);
        all.put("int bits", at -> number += Integer.bitCount(Memory.getInt(at)));
        all.put("int trailing zeros", at -> number += Integer.numberOfTrailingZeros(Memory.getInt(at)));
        all.put("int without lowest bit", at -> {
            int value = Memory.getInt(at);
            number += value & value - 1;
        });
        all.put("long +", at -> wide += Memory.getLong(at));
        all.put("long *", at -> wide *= Memory.getLong(at));
        all.put("long * constant", at -> wide += Memory.getLong(at) * 0x9E37_79B9_7F4A_7C15L);
        all.put("long &", at -> wide &= Memory.getLong(at));
        all.put("long & not", at -> wide &= ~Memory.getLong(at));
        all.put("long ^", at -> wide ^= Memory.getLong(at));
        all.put("long >>>", at -> wide += Memory.getLong(at) >>> number);
        all.put("long bits", at -> wide += Long.bitCount(Memory.getLong(at)));
        all.put("long leading zeros", at -> wide += Long.numberOfLeadingZeros(Memory.getLong(at)));
        all.put("long high product", at -> wide += Math.multiplyHigh(Memory.getLong(at), wide));
    }

    private static void comparisons(Map<String, FaultProbe.Access> all) {
        all.put("byte == constant", at -> count(Memory.getByte(at) == 5));
        all.put("byte has bit", at -> count((Memory.getByte(at) & 8) != 0));
        all.put("unsigned byte <", at -> count((Memory.getByte(at) & 0xFF) < number));
        all.put("short == constant", at -> count(Memory.getShort(at) == 0x0806));
        all.put("short has bit", at -> count((Memory.getShort(at) & 0x400) != 0));
        all.put("int == 0", at -> count(Memory.getInt(at) == 0));
        all.put("int == constant", at -> count(Memory.getInt(at) == 0x1234_5678));
        all.put("int <", at -> count(Memory.getInt(at) < number));
        all.put("unsigned int <", at -> count(Integer.compareUnsigned(Memory.getInt(at), number) < 0));
        all.put("int has bit", at -> count((Memory.getInt(at) & 0x100) != 0));
        all.put("int has bits", at -> count((Memory.getInt(at) & number) != 0));
        all.put("int max", at -> number = Math.max(number, Memory.getInt(at)));
        all.put("long == 0", at -> count(Memory.getLong(at) == 0));
        all.put("long ==", at -> count(Memory.getLong(at) == wide));
        all.put("long has bit", at -> count((Memory.getLong(at) & 0x100) != 0));
        all.put("long max", at -> wide = Math.max(wide, Memory.getLong(at)));
    }

    private static void changes(Map<String, FaultProbe.Access> all) {
        all.put("byte |= constant", at -> Memory.putByte(at, (byte) (Memory.getByte(at) | 8)));
        all.put("byte +=", at -> Memory.putByte(at, (byte) (Memory.getByte(at) + number)));
        all.put("short +=", at -> Memory.putShort(at, (short) (Memory.getShort(at) + number)));
        all.put("int ++", at -> Memory.putInt(at, Memory.getInt(at) + 1));
        all.put("int |= constant", at -> Memory.putInt(at, Memory.getInt(at) | 0x100));
        all.put("int ^=", at -> Memory.putInt(at, Memory.getInt(at) ^ number));
        all.put("int <<= ", at -> Memory.putInt(at, Memory.getInt(at) << 2));
        all.put("int = 0", at -> Memory.putInt(at, 0));
        all.put("int = ", at -> Memory.putInt(at, number));
        all.put("long ++", at -> Memory.putLong(at, Memory.getLong(at) + 1));
        all.put("long &=", at -> Memory.putLong(at, Memory.getLong(at) & wide));
        all.put("long = 0", at -> Memory.putLong(at, 0));
        all.put("short = ", at -> Memory.putShort(at, (short) number));
        all.put("byte = ", at -> Memory.putByte(at, (byte) number));
        all.put("short = short", at -> Memory.putShort(at, Memory.getShort(at + 2)));
    }

    private static void count(boolean holds) {
        if (holds) {
            number += 3;
        } else {
            wide ^= number;
        }
    }
}
