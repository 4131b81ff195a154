"""Opens a CMS file with asn1crypto (the structure) and cryptography (the ciphers): open_cms.py FILE KEY OUT."""
import sys
from asn1crypto import cms
from cryptography.hazmat.primitives import hashes, padding as block_padding
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

source, key_file, target = sys.argv[1:]
with open(source, "rb") as file:
    info = cms.ContentInfo.load(file.read(), strict=True)
with open(key_file, "rb") as file:
    key = load_pem_private_key(file.read(), None)
kind = info["content_type"].native
content = info["content"]
secret = None
for recipient in content["recipient_infos"]:
    transport = recipient.chosen
    way = transport["key_encryption_algorithm"]["algorithm"].native
    if way == "rsaes_oaep":
        scheme = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    else:
        scheme = padding.PKCS1v15()
    try:
        found = key.decrypt(transport["encrypted_key"].native, scheme)
    except ValueError:
        continue
    if len(found) == 32:
        secret = found
if secret is None:
    sys.exit("no recipient of this key")
if kind == "enveloped_data":
    encrypted = content["encrypted_content_info"]
    iv = encrypted["content_encryption_algorithm"]["parameters"].native
    decryptor = Cipher(algorithms.AES(secret), modes.CBC(iv)).decryptor()
    unpadder = block_padding.PKCS7(128).unpadder()
    plain = unpadder.update(decryptor.update(encrypted["encrypted_content"].native) + decryptor.finalize()) + unpadder.finalize()
else:
    sys.exit(f"unexpected content type {kind}")
with open(target, "wb") as file:
    file.write(plain)
