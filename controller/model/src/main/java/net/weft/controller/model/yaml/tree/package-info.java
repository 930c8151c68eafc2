/** YAML text to a tree whose nodes know their line and column, and a tree back to text; faults are collected on the way. */
@NullMarked
package net.weft.controller.model.yaml.tree;

import org.jspecify.annotations.NullMarked;
