import java.io.FileInputStream;
import java.io.OutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/** Reads every entry of a zip, as a stream and by its directory, and prints name and size of each: TestZip FILE. */
public class TestZip {
    public static void main(String[] names) throws Exception {
        int streamed = 0;
        try (ZipInputStream stream = new ZipInputStream(new FileInputStream(names[0]))) {
            for (ZipEntry entry = stream.getNextEntry(); entry != null; entry = stream.getNextEntry()) {
                System.out.println(entry.getName() + " " + stream.transferTo(OutputStream.nullOutputStream()));
                streamed += 1;
            }
        }
        try (ZipFile file = new ZipFile(names[0])) {
            if (file.size() != streamed) throw new IllegalStateException(streamed + " entries in the stream, " + file.size() + " in the directory");
        }
    }
}
