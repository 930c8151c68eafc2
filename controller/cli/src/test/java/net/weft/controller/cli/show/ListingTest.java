package net.weft.controller.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

import org.junit.jupiter.api.Test;

class ListingTest {
    private record Row(String name, long packets, List<String> ports) {
    }

    private static final List<Column<Row>> COLUMNS = List.of(Column.of("name", Row::name),
            Column.of("rx-packets", Row::packets), Column.of("ports", Row::ports), Column.detail("note", row -> "n"));
    private static final List<Row> ROWS = List.of(new Row("web1", 7, List.of("a", "b")),
            new Row("", 1234567890123L, List.of()));

    private static String write(Listing.Format format, List<Row> rows) {
        StringWriter text = new StringWriter();
        Listing.write(format, COLUMNS, rows, new PrintWriter(text));
        return text.toString();
    }

    @Test
    void shouldAlignATable() {
        assertThat(write(Listing.Format.TABLE, ROWS)).isEqualTo("""
                NAME     RX-PACKETS  PORTS
                web1              7  a,b
                -     1234567890123  -
                """);
    }

    @Test
    void shouldWriteJsonOnOneLineWithEveryKey() {
        assertThat(write(Listing.Format.JSON, ROWS)).isEqualTo("""
                [{"name":"web1","rx-packets":7,"ports":["a","b"],"note":"n"},\
                {"name":"","rx-packets":1234567890123,"ports":[],"note":"n"}]
                """);
    }

    @Test
    void shouldEscapeWhatJsonAsks() {
        assertThat(write(Listing.Format.JSON, List.of(new Row("a\"b\n", 0, List.of())))).contains("\"a\\\"b\\n\"");
    }

    @Test
    void shouldWriteYaml() {
        assertThat(write(Listing.Format.YAML, ROWS)).isEqualTo("""
                ---
                - name: web1
                  rx-packets: 7
                  ports:
                  - a
                  - b
                  note: "n"
                - name: ""
                  rx-packets: 1234567890123
                  ports: []
                  note: "n"
                """);
    }

    @Test
    void shouldWriteAnEmptyListing() {
        assertThat(write(Listing.Format.TABLE, List.of())).isEqualTo("NAME  RX-PACKETS  PORTS\n");
        assertThat(write(Listing.Format.JSON, List.of())).isEqualTo("[]\n");
    }
}
