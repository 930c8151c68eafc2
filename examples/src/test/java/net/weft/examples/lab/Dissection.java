package net.weft.examples.lab;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** What tshark makes of a capture, as groups of fields that belong together. */
public final class Dissection {
    private Dissection() {
    }

    /**
     * Each part of a packet that has this field as its own, with all that stands below it: values by name, the first of each.
     */
    public static List<Map<String, String>> groups(Path file, String marker) {
        String pdml = Programs.run("tshark", "-r", file.toString(), "-d", "udp.port==4739,cflow", "-d",
                "udp.port==6343,sflow", "-T", "pdml").orThrow().out();
        List<Map<String, String>> groups = new ArrayList<>();
        try {
            NodeList fields = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                    .parse(new InputSource(new StringReader(pdml))).getElementsByTagName("field");
            for (int n = 0; n < fields.getLength(); n++) {
                if (fields.item(n) instanceof Element field && field.getAttribute("name").equals(marker)
                        && field.getParentNode() instanceof Element group) {
                    Map<String, String> values = new HashMap<>();
                    collect(group, values);
                    groups.add(values);
                }
            }
        } catch (IOException | SAXException | ParserConfigurationException e) {
            throw new IllegalStateException("tshark wrote no PDML", e);
        }
        return groups;
    }

    private static void collect(Element from, Map<String, String> values) {
        for (Node child = from.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element field) {
                values.putIfAbsent(field.getAttribute("name"), field.getAttribute("show"));
                collect(field, values);
            }
        }
    }
}
