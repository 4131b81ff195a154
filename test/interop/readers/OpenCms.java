import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.FileReader;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.PrivateKey;
import java.security.Security;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSEnvelopedDataParser;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Opens a CMS file with Bouncy Castle, streaming: OpenCms FILE KEY OUT. */
public class OpenCms {
    public static void main(String[] names) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        PrivateKey key = new JcaPEMKeyConverter().getPrivateKey((PrivateKeyInfo) new PEMParser(new FileReader(names[1])).readObject());
        CMSEnvelopedDataParser parser = new CMSEnvelopedDataParser(new FileInputStream(names[0]));
        RecipientInformation first = parser.getRecipientInfos().iterator().next();
        try (InputStream plain = first.getContentStream(new JceKeyTransEnvelopedRecipient(key).setProvider("BC")).getContentStream();
                OutputStream out = new FileOutputStream(names[2])) {
            plain.transferTo(out);
        }
        parser.close();
    }
}
