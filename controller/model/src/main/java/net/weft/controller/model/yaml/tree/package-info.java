/**
 * Parses YAML text to a tree whose nodes keep their line and column, and writes a tree as text; faults are collected
 * meanwhile.
 */
@NullMarked
package net.weft.controller.model.yaml.tree;

import org.jspecify.annotations.NullMarked;
