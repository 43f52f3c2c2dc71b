"""Seal a PDF with PAdES, under an issuer's seal: P-256, certified, no change allowed after.

Each issuer has a seal of its own. It starts with a certificate that the issuer signed itself, which
readers show as *unknown*; one from a trusted authority is taken in with `manage.py issuer_seals`.
"""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from competency.renderings.fields import FIELD, Revision, add_field

RESERVED = 16_384  # for the signature; measuring it first would sign everything twice
YEARS = 10
LONGEST_NAME = 64  # of an X.509 common name


def self_signed(name: str, now: datetime) -> tuple[bytes, bytes]:
    """A new P-256 key (PKCS #8) and its self-signed certificate (PEM)."""
    secret = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name[:LONGEST_NAME]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Seal of {name}"[:LONGEST_NAME]),
        ]
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
        .sign(secret, SHA256())
    )
    key = secret.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return key, built.public_bytes(Encoding.PEM)


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def seal_pdf(drawn: bytes, key: bytes, chain: bytes, *, name: str, reason: str) -> bytes:
    """The PDF with its seal. `key` is PKCS #8 as DER, `chain` PEM with the seal's own first."""
    certificates = [
        asn1_x509.Certificate.load(each.public_bytes(Encoding.DER))
        for each in x509.load_pem_x509_certificates(chain)
    ]
    signer = signers.SimpleSigner(
        signing_cert=certificates[0],
        signing_key=keys.PrivateKeyInfo.load(key),
        cert_registry=SimpleCertificateStore.from_certs(certificates[1:]),
    )
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        name=name,
        reason=reason,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    # The revision that the seal adds must begin on a line of its own (PDF/A-3, 6.1.9).
    revision = Revision(io.BytesIO(drawn + b"\n"))
    add_field(revision, f"Seal of {name}")
    # It runs an event loop, which must not meet one that the caller's thread may have.
    with ThreadPoolExecutor(max_workers=1) as apart:
        signing = partial(signers.sign_pdf, signer=signer, bytes_reserved=RESERVED)
        sealed = apart.submit(signing, revision, metadata).result()
    return bytes(sealed.getbuffer())


def expires_at(chain: bytes) -> datetime:
    return x509.load_pem_x509_certificates(chain)[0].not_valid_after_utc.astimezone(UTC)
