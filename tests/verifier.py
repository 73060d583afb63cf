#!/usr/bin/env python3
"""A verifier of Countersign reports, written from docs/format.md alone. It forms four of the five verdicts; policy needs the
reading of checklists. Usage: verifier.py REPORT.pdf ROOTS.pem. Prints one JSON object; exit code 0 if all four hold, else 1."""
import base64, hashlib, io, json, re, sys
from datetime import datetime, timedelta, timezone

import pikepdf
from asn1crypto import cms, core, tsp  # tsp brings signing-certificate-v2
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from cryptography.x509.oid import NameOID

import verifier_time

TOLERANCE = timedelta(minutes=5)
PURPOSES = {"1.3.6.1.5.5.7.3.36", "1.3.6.1.5.5.7.3.4", "2.5.29.37.0"}
def digest(data):
    return hashlib.sha256(data).hexdigest()
def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
def pdf_moment(text):
    parts = re.fullmatch(r"D:(\d{14})(?:Z|([+-])(\d\d)'?(\d\d)'?)?.*", text)
    at = datetime.strptime(parts[1] + "Z", "%Y%m%d%H%M%S%z")
    away = timedelta(hours=int(parts[3] or 0), minutes=int(parts[4] or 0))
    return at + away if parts[2] == "-" else at - away

# --- certificates and signatures (section 7)

class Trust:
    def __init__(self, pem):
        blocks = lambda kind: re.findall(b"-----BEGIN " + kind + b"-----(.*?)-----END " + kind + b"-----", pem, re.S)
        load = lambda block: x509.load_der_x509_certificate(core.Sequence.load(base64.b64decode(block)).dump())
        self.roots, self.time_roots = [load(block) for block in blocks(b"CERTIFICATE")], [load(block) for block in blocks(b"TRUSTED CERTIFICATE")]
        self.lists = [x509.load_der_x509_crl(base64.b64decode(block)) for block in blocks(b"X509 CRL")]
    def revoked(self, certificate, issuer, at):
        for each in self.lists:
            if each.issuer == issuer.subject and each.is_signature_valid(issuer.public_key()):
                entry = each.get_revoked_certificate_by_serial_number(certificate.serial_number)
                if entry is not None and entry.revocation_date_utc <= at:
                    return True
        return False
    def leads_to_root(self, certificate, carried, at, roots, depth=0):
        if not in_force(certificate, at) or depth > 6:
            return False
        if certificate in roots:
            return True
        for issuer in roots + carried:
            try:
                certificate.verify_directly_issued_by(issuer)
            except (ValueError, TypeError, InvalidSignature):
                continue
            authority = extension(issuer, x509.BasicConstraints)
            if authority is None or not authority.ca or self.revoked(certificate, issuer, at):
                continue
            if self.leads_to_root(issuer, carried, at, roots, depth + 1):
                return True
        return False
    def trusts(self, certificate, carried, at):
        usage, purposes = extension(certificate, x509.KeyUsage), extension(certificate, x509.ExtendedKeyUsage)
        if usage is not None and not (usage.digital_signature or usage.content_commitment):
            return False
        if purposes is not None and not PURPOSES & {purpose.dotted_string for purpose in purposes}:
            return False
        return self.leads_to_root(certificate, carried, at, self.roots)
def extension(certificate, kind):
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
def in_force(certificate, at):
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
def name_of(certificate, oid):
    return next((one.value for one in certificate.subject.get_attributes_for_oid(oid)), None)
def check_cms(value, content=None):
    """The signer's certificate and the others that came along; an exception if the signature does not hold."""
    data = cms.ContentInfo.load(value, strict=True)["content"]
    (signer,) = data["signer_infos"]
    if content is not None and data["encap_content_info"]["content"].native is not None:
        raise ValueError("it carries content of its own")
    content = data["encap_content_info"]["content"].contents if content is None else content
    certificates = [x509.load_der_x509_certificate(one.chosen.dump()) for one in data["certificates"]]
    sid = signer["sid"].chosen
    mine = [c for c in certificates if c.serial_number == sid["serial_number"].native
            and c.issuer.public_bytes() == sid["issuer"].dump()]
    attributes = {}
    for one in signer["signed_attrs"]:
        if one["type"].native in attributes:
            raise ValueError("an attribute stands twice")
        (attributes[one["type"].native],) = one["values"]
    algorithm = signer["digest_algorithm"]["algorithm"].native
    if attributes["message_digest"].native != hashlib.new(algorithm, content).digest():
        raise ValueError("the content was changed")
    bound = attributes["signing_certificate_v2"]["certs"][0]
    by = bound["hash_algorithm"]["algorithm"].native
    if bound["cert_hash"].native != hashlib.new(by, mine[0].public_bytes(Encoding.DER)).digest():
        raise ValueError("it is bound to another certificate")
    signed = signer["signed_attrs"].untag().dump(force=True)
    verify(mine[0].public_key(), signer["signature"].native, signed, {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}[algorithm])
    return mine[0], [one for one in certificates if one != mine[0]]
def verify(key, signature, data, algorithm):
    key.verify(signature, data, *([ec.ECDSA(algorithm)] if isinstance(key, ec.EllipticCurvePublicKey) else [padding.PKCS1v15(), algorithm]))

# --- the PDF (sections 5 and 6)

def open_pdf(data):
    pdf = pikepdf.open(io.BytesIO(data), attempt_recovery=False, suppress_warnings=True)
    text = {}
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Object) and thing.objgen[0] > 0:
            body = thing.read_raw_bytes() if isinstance(thing, pikepdf.Stream) else b""
            text[thing.objgen[0]] = (thing.unparse() if not isinstance(thing, pikepdf.Stream) else
                                     pikepdf.Dictionary(dict(thing.stream_dict)).unparse()) + body
    if pdf.get_warnings():
        raise ValueError("the file is damaged")
    return pdf, text
def fields_of(pdf):
    form = pdf.Root.get("/AcroForm", {})
    return {str(one.T): one for one in form.get("/Fields", []) if one.get("/FT") == "/Sig"}
def cover(data, value):
    """Where what a signature covers ends, its content, and its CMS value (section 6)."""
    start, a, b, c = (int(number) for number in value.ByteRange)
    end, gap = b + c, data[a:b]
    if start != 0 or not re.fullmatch(rb"<([0-9A-F]*|[0-9a-f]*)>", gap) or end > len(data):
        raise ValueError("the ranges do not leave out the value alone")
    if bytes.fromhex(gap[1:-1].decode()) != bytes(value.Contents):
        raise ValueError("the ranges leave out another value")
    if not re.search(rb"%%EOF(\r\n|\r|\n)?\Z", data[:end]) or (data[end - 1] not in b"\r\n" and data[end:end + 1] in (b"\r", b"\n")):
        raise ValueError("the ranges do not end where a revision ends")
    padded = bytes(value.Contents)
    length = len(core.Sequence.load(padded).dump())
    if padded[length:].strip(b"\0"):
        raise ValueError("something hides behind the value")
    return end, data[:a] + data[b:end], padded[:length]
def unlawful(old, new):
    """Whether a later revision changed more than section 6 allows."""
    (before, before_text), (after, after_text) = old, new
    if before.trailer.Root.objgen != after.trailer.Root.objgen or set(before_text) - set(after_text):
        return True
    filled, form = set(), before.Root.AcroForm
    for name, field in fields_of(before).items():
        other = fields_of(after).get(name)
        if other is not None and "/V" not in field and "/V" in other and other.V.objgen[0] not in before_text:
            filled.add(field.objgen[0])
    for number in before_text:
        if before_text[number] == after_text[number]:
            continue
        one, other = (pdf.get_object(number, 0) for pdf in (before, after))
        if isinstance(one, pikepdf.Stream) or not isinstance(one, pikepdf.Dictionary) or not isinstance(other, pikepdf.Dictionary):
            return True
        keys = {key for key in set(one.keys()) | set(other.keys())
                if key not in one or key not in other or one[key].unparse() != other[key].unparse()}
        allowed = {"/V", "/AP"} if number in filled else {"/SigFlags", "/Fields"} if number == form.objgen[0] else \
            {"/DSS", "/Extensions"} if number == before.Root.objgen[0] else set()
        if keys - allowed or number == form.objgen[0] and not verifier_time.only_time_stamps_added(one, other, before_text):
            return True
    return False

# --- the log (sections 2 and 3) and the sign-offs (section 4)

def open_log(bundle):
    keys = {digest(base64.b64decode(key)): base64.b64decode(key) for key in bundle["installations"]}
    before, log = [], []
    for each in bundle["events"]:
        data, raw = each["event"].encode(), base64.b64decode(each["signature"])
        event = json.loads(data)
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), keys[event["author"]["installation"]])
        halves = (int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        if "aside" in each:
            aside = each["aside"]
            beside = aside["text"].encode() if "text" in aside else base64.b64decode(aside["base64"])
            named = event["body"].get("aside") or event["body"].get("file", {}).get("preview")
            if named != digest(beside):
                raise ValueError("what lies beside an event was changed")
        if len(raw) != 64 or digest(data) != each["id"] or event["parents"] != before or event["record"] != bundle["record"]:
            raise ValueError("the chain of events is broken")
        key.verify(utils.encode_dss_signature(*halves), data, ec.ECDSA(hashes.SHA256()))
        before = [each["id"]]
        log.append(event)
    first = log[0]["body"]
    content = first["checklist"]["content"]
    data = content["text"].encode() if "text" in content else base64.b64decode(content["base64"])
    if (bundle["format"], bundle["v"], first["kind"]) != ("countersign-record", 1, "started") or digest(data) != first["checklist"]["sha256"]:
        raise ValueError("this is no record")
    return log
def standing(sign_offs):
    same, people, kept = set(), set(), []
    for one in reversed(sign_offs):
        said = one["statement"]
        who = (said["certificate"], "".join(c for c in said["role"] if c.isalnum()).lower())
        what = who + (said["meaning"], said.get("item"))
        if what not in same and not (said["decision"]["decision"] in ("return", "dissent") and who in people):
            kept.insert(0, one)
        same.add(what)
        people.add(who)
    return kept

# --- the verdicts (section 9)

def judge(data, trust, now):
    bad = {"integrity": [], "identity": [], "time": [], "completeness": []}
    whole = open_pdf(data)
    signatures, stamps = [], []
    for name, field in fields_of(whole[0]).items():
        if "/V" not in field:
            bad["completeness"].append(f"{name} is empty")
            continue
        try:
            end, content, value = cover(data, field.V)
            if verifier_time.is_stamp(field):
                stamps.append((end, name, verifier_time.time_of(value, content), *check_cms(value)))
                continue
            signer, carried = check_cms(value, content)
            signatures.append((end, name, field.V, signer, carried))
            token, over = verifier_time.beside(value)
        except Exception as why:
            bad["integrity"].append(f"{name}: {why}")
            bad["identity"].append(f"{name}: the signature does not hold")
            continue
        try:
            if token is not None:
                stamps.append((end, name, verifier_time.time_of(token, over), *check_cms(token)))
        except Exception as why:
            bad["time"].append(f"{name}: {why}")
    signatures.sort(key=lambda one: one[0])
    ends = sorted({end for end, *_ in signatures + stamps})
    revisions = [open_pdf(data[:end]) for end in ends] + [whole]
    if any(unlawful(old, new) for old, new in zip(revisions, revisions[1:])):
        bad["integrity"].append("changed after signing")
    if not signatures or signatures[0][1] != "certification":
        bad["integrity"].append("there is no certification")
    if signatures and "/DSS" not in whole[0].Root and data[ends[-1]:].strip(b"\r\n\t \0\x0c"):
        bad["integrity"].append("something was added after the last signature")
    log, sign_offs, newest, earlier = [], [], None, None
    try:
        files = [spec for name, spec in whole[0].attachments.items() if name == "deployment-record.json"]
        log = open_log(json.loads(files[0].get_file().read_bytes()))
        sign_offs = [event["body"]["sign_off"] for event in log if event["body"]["kind"] == "signed_off"]
        newest = moment(log[-1]["at"])
    except Exception as why:
        for verdict in ("integrity", "completeness"):
            bad[verdict].append(f"the record does not hold: {why!r}")
    proven, doubts = verifier_time.proven(stamps, trust)
    bad["time"] += doubts
    for end, name, value, signer, carried in signatures:
        if "/M" not in value:
            bad["time"].append(f"{name} states no time")
            continue
        at = pdf_moment(str(value.M))
        late = newest is not None and newest - at > TOLERANCE
        if at - now > TOLERANCE or (earlier and at < earlier) or late or not in_force(signer, at):
            bad["time"].append(f"{name}: its time is not possible")
        if any(at - by > TOLERANCE for last, by in proven if last >= end):
            bad["time"].append(f"{name}: it was there before the time that it states")
        if any(trust.revoked(signer, issuer, at) for issuer in trust.roots):
            bad["time"].append(f"{name}: revoked by then")
        earlier = at
        if not trust.trusts(signer, carried, now) and not (trust.trusts(signer, carried, at) and at <= now):
            bad["identity"].append(f"{name}: nobody vouches for the signer")
        if name == "certification" and name_of(signer, NameOID.ORGANIZATIONAL_UNIT_NAME) != "Application":
            bad["identity"].append("the certification is a person's")
    said = [(one["statement"], one["statement"]["person"], one["signature"]) for one in sign_offs]
    batons = [event["body"]["handover"] for event in log if event["body"]["kind"] == "handed_over"]
    said += [(one["baton"], one["baton"]["from"], one["signature"]) for one in batons]
    for statement, person, signature in said:
        try:
            signer, carried = check_cms(base64.b64decode(signature), canonical(statement))
            mine = (digest(signer.public_bytes(Encoding.DER)), name_of(signer, NameOID.COMMON_NAME))
            if mine != (statement["certificate"], person) or not trust.trusts(signer, carried, moment(statement["at"])):
                raise ValueError("somebody else signed it, or nobody vouches for the signer")
        except Exception as why:
            bad["identity"].append(f"signature of {person}: {why}")
    by_field = {name: signer for _, name, _, signer, _ in signatures}
    for number, one in enumerate(standing(sign_offs), 1):
        signer = by_field.get(f"sign-off-{number}")
        if signer is None or digest(signer.public_bytes(Encoding.DER)) != one["statement"]["certificate"]:
            bad["completeness"].append(f"sign-off-{number} is not signed by {one['statement']['person']}")
    if "certification" not in by_field:
        bad["completeness"].append("the certification is missing")
    for verdict in [] if signatures else ["identity", "time"]:
        bad[verdict].append("there is no signature")
    return {name: {"outcome": "no" if reasons else "yes", "reasons": reasons} for name, reasons in bad.items()}
def main(report, roots):
    with open(report, "rb") as file, open(roots, "rb") as pem:
        data, trust = file.read(), Trust(pem.read())
    try:
        verdicts = judge(data, trust, datetime.now(timezone.utc))
    except Exception as why:
        unknown = {"outcome": "unknown", "reasons": []}
        verdicts = {"integrity": {"outcome": "no", "reasons": [repr(why)]}, "identity": unknown, "time": unknown, "completeness": unknown}
    print(json.dumps(verdicts, indent=1))
    return 0 if all(one["outcome"] == "yes" for one in verdicts.values()) else 1

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
