@NullMarked
package net.weft.controller.node.service;

import org.jspecify.annotations.NullMarked;
