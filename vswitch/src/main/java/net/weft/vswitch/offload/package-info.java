/**
 * What virtio-net headers ask for: checked once when a frame comes in ({@link net.weft.vswitch.offload.OffloadCheck}), done
 * in software where the device it leaves by cannot ({@link net.weft.vswitch.offload.Segmenter}).
 */
@NullMarked
package net.weft.vswitch.offload;

import org.jspecify.annotations.NullMarked;
