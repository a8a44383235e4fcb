"""A certificate authority for one test: the server's context, and one that trusts it."""

import ssl

import trustme


def contexts(host: str, common_name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    authority = trustme.CA()
    issued = authority.issue_cert(host, common_name=common_name)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    chain = b"".join(part.bytes() for part in issued.cert_chain_pems)
    with issued.private_key_pem.tempfile() as key, trustme.Blob(chain).tempfile() as certificate:
        served.load_cert_chain(certificate, key)
    trusting = ssl.create_default_context()
    trusting.load_verify_locations(cadata=authority.cert_pem.bytes().decode())
    return served, trusting
