/**
 * The offloads that virtio-net headers request: validated once when a frame is received ({@link
 * net.weft.vswitch.offload.OffloadCheck}), performed in software if the egress device does not support them ({@link
 * net.weft.vswitch.offload.Segmenter}).
 */
@NullMarked
package net.weft.vswitch.offload;

import org.jspecify.annotations.NullMarked;
