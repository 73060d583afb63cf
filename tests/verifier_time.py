"""What tests/verifier.py knows of time stamps (docs/format.md, sections 6 to 9)."""
import hashlib

from asn1crypto import cms, tsp  # tsp brings the content of a token
from cryptography import x509

TIME_STAMPING = "1.3.6.1.5.5.7.3.8"

def is_stamp(field):
    return set(field.keys()) <= {"/Type", "/Subtype", "/FT", "/T", "/F", "/P", "/Rect", "/V"} and field.get("/V", {}).get(
        "/SubFilter") == "/ETSI.RFC3161" and not any(float(side) for side in field.get("/Rect", []))

def time_of(token, content):
    """When a time-stamp token saw some content. That its signature holds is checked elsewhere."""
    info = cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed
    imprint = info["message_imprint"]
    if imprint["hashed_message"].native != hashlib.new(imprint["hash_algorithm"]["algorithm"].native, content).digest():
        raise ValueError("the time stamp is over something else")
    return info["gen_time"].native

def beside(value):
    """The time-stamp token beside a signature, if there is one, and what it has to be over."""
    (signer,) = cms.ContentInfo.load(value)["content"]["signer_infos"]
    found = list(signer["unsigned_attrs"]) if signer["unsigned_attrs"].native else []
    if [one["type"].native for one in found] not in ([], ["signature_time_stamp_token"]):
        raise ValueError("something else stands beside the signature")
    return (found[0]["values"][0].dump() if found else None), signer["signature"].native

def only_time_stamps_added(before, after, known):
    """Whether a form has its fields as before, and behind them new time stamps alone."""
    was, now = list(before.Fields), list(after.Fields)
    same = [one.objgen for one in was] == [one.objgen for one in now[:len(was)]]
    return same and all(is_stamp(one) and one.objgen[0] not in known for one in now[len(was):])

def proven(stamps, trust):
    """Up to where in the file what was there is proven, and since when; and what speaks against the others."""
    found, bad = [], []
    for end, name, at, authority, carried in stamps:
        purposes = authority.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        alone = purposes.critical and [one.dotted_string for one in purposes.value] == [TIME_STAMPING]
        if not alone or not authority.not_valid_before_utc <= at <= authority.not_valid_after_utc:
            bad.append(f"{name}: its authority may not stamp time, or not then")
        elif trust.leads_to_root(authority, carried, at, trust.roots + trust.time_roots):
            found.append((end, at))
    return found, bad
