/** This package tells the service manager that started the process that it is ready, its state, and that its threads run. */
@NullMarked
package net.weft.controller.node.service;

import org.jspecify.annotations.NullMarked;
