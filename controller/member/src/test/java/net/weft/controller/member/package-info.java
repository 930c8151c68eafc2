@NullMarked
package net.weft.controller.member;

import org.jspecify.annotations.NullMarked;
