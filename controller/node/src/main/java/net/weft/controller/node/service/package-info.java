/** What a process tells the service manager that started it. */
@NullMarked
package net.weft.controller.node.service;

import org.jspecify.annotations.NullMarked;
