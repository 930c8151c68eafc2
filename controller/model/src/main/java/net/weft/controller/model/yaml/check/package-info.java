/** Rules that span several objects of a configuration, and warnings about legal but probably unintended settings. */
@NullMarked
package net.weft.controller.model.yaml.check;

import org.jspecify.annotations.NullMarked;
