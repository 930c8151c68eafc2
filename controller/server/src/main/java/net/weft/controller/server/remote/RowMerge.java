package net.weft.controller.server.remote;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/**
 * Makes one table of the tables of several members.
 *
 * @param keys fields by which rows of several members are the same row; empty: each row stands for itself
 * @param sums fields of equal rows, and of the response itself, whose values are added; other values are those of the first
 *     row, and lists are united
 */
record RowMerge(List<String> keys, Set<String> sums) {
    static final RowMerge EACH = new RowMerge(List.of(), Set.of());

    /** @param answers responses of one type, at least one */
    Message of(List<Message> answers) {
        Message.Builder all = answers.getFirst().newBuilderForType();
        for (FieldDescriptor field : all.getDescriptorForType().getFields()) {
            if (field.isRepeated() && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isMapField()) {
                rows(field, answers).forEach(row -> all.addRepeatedField(field, row));
            } else {
                value(field, answers, all);
            }
        }
        return all.build();
    }

    private void value(FieldDescriptor field, List<Message> answers, Message.Builder all) {
        if (field.isRepeated()) {
            united(field, answers).forEach(value -> all.addRepeatedField(field, value));
        } else if (sums.contains(field.getName())) {
            all.setField(field,
                    answers.stream().map(answer -> answer.getField(field)).reduce(RowMerge::sum).orElseThrow());
        } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            List<Message> present = answers.stream().filter(answer -> answer.hasField(field))
                    .map(answer -> (Message) answer.getField(field)).toList();
            if (!present.isEmpty()) {
                all.setField(field, of(present));
            }
        } else if (answers.getFirst().hasField(field) || !field.hasPresence()) {
            all.setField(field, answers.getFirst().getField(field));
        }
    }

    private List<Message> rows(FieldDescriptor field, List<Message> answers) {
        LinkedHashMap<Object, List<Message>> byKey = new LinkedHashMap<>();
        for (Message answer : answers) {
            for (int i = 0; i < answer.getRepeatedFieldCount(field); i++) {
                Message row = (Message) answer.getRepeatedField(field, i);
                Object key = key(row);
                byKey.computeIfAbsent(key == null ? new Object() : key, _ -> new ArrayList<>()).add(row);
            }
        }
        return byKey.values().stream().map(same -> same.size() == 1 ? same.getFirst() : of(same)).toList();
    }

    /** Returns the key of a row; null if it has none of the key's fields, so that it stands for itself. */
    private @org.jspecify.annotations.Nullable Object key(Message row) {
        List<Object> values = new ArrayList<>();
        for (String key : keys) {
            FieldDescriptor field = row.getDescriptorForType().findFieldByName(key);
            if (field != null) {
                values.add(row.getField(field));
            }
        }
        return values.isEmpty() ? null : values;
    }

    private static List<Object> united(FieldDescriptor field, List<Message> answers) {
        List<Object> values = new ArrayList<>();
        for (Message answer : answers) {
            for (int i = 0; i < answer.getRepeatedFieldCount(field); i++) {
                Object value = answer.getRepeatedField(field, i);
                if (!values.contains(value)) {
                    values.add(value);
                }
            }
        }
        return values;
    }

    private static Object sum(Object a, Object b) {
        if (a instanceof Integer x && b instanceof Integer y) {
            return x + y;
        }
        if (a instanceof Long x && b instanceof Long y) {
            return x + y;
        }
        throw new IllegalArgumentException(a.getClass() + " is not added");
    }
}
