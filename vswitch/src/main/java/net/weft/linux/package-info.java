/**
 * The one place that calls the kernel: files, sockets, epoll, mapped memory, netlink, tap devices and packet sockets through the
 * foreign function interface. Control-plane calls throw {@link net.weft.linux.LinuxException}; the calls of the packet path return
 * the negative errno, allocate nothing and never throw. Struct layouts are those of x86-64 and arm64; where the two differ it says so.
 */
@NullMarked
package net.weft.linux;

import org.jspecify.annotations.NullMarked;
