/** Header views over memory: one protocol a file, static accessors over {@code (MemorySegment, offset)}, named offsets. */
@NullMarked
package net.weft.packet;

import org.jspecify.annotations.NullMarked;
