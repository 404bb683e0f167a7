/* A reader of somebody else's making: PC/SC by winscard, PACE and secure messaging by OpenPACE (libeac).
 * It reads EF.CardAccess in the clear, sees that the document is closed, runs PACE under the MRZ and reads every
 * file of the eMRTD application into a folder. One line a step on stdout; the first thing that goes wrong ends it.
 *
 *   pace-reader READER MRZ_INFORMATION FOLDER
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <eac/eac.h>
#include <eac/pace.h>
#include <openssl/buffer.h>
#include <openssl/objects.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <winscard.h>

typedef unsigned char byte;

static SCARDHANDLE card;
static DWORD protocol;

static void end(const char *what) { printf("FAILED %s\n", what); exit(1); }

static size_t transmit(const byte *c, size_t n, byte *r)
{
    SCARD_IO_REQUEST io = { protocol, sizeof io };
    DWORD len = 65544;
    if (SCardTransmit(card, &io, c, n, NULL, r, &len) != SCARD_S_SUCCESS || len < 2) end("transmit");
    return len;
}

static unsigned word(const byte *r, size_t n) { return r[n - 2] * 256u + r[n - 1]; }

static BUF_MEM *buffer(const byte *b, size_t n)
{
    BUF_MEM *m = BUF_MEM_new();
    if (!m || !BUF_MEM_grow(m, n)) end("memory");
    memcpy(m->data, b, n);
    return m;
}

/* A TLV with a short or two-byte length behind what is there; the new end. */
static size_t put(byte *out, size_t at, byte tag, const byte *v, size_t n)
{
    out[at++] = tag;
    if (n > 0xff) { out[at++] = 0x82; out[at++] = n >> 8; }
    else if (n > 0x7f) out[at++] = 0x81;
    out[at++] = n & 0xff;
    memcpy(out + at, v, n);
    return at + n;
}

/* The value of a tag inside some TLVs, or NULL. */
static const byte *find(const byte *b, size_t n, byte tag, size_t *len)
{
    for (size_t at = 0; at + 1 < n;) {
        byte t = b[at++];
        size_t l = b[at++];
        if (l == 0x81) l = b[at++];
        else if (l == 0x82) { l = b[at] * 256u + b[at + 1]; at += 2; }
        if (at + l > n) return NULL;
        if (t == tag) { *len = l; return b + at; }
        at += l;
    }
    return NULL;
}

/* ---- PACE ---- */

static BUF_MEM *authenticate(byte cla, byte tag, const BUF_MEM *in, byte want)
{
    static byte inner[4096], data[4200], c[4300], r[65544];
    size_t n = in ? put(inner, 0, tag, (byte *) in->data, in->length) : 0, len, got;
    size_t whole = put(data, 0, 0x7c, inner, n);
    c[0] = cla; c[1] = 0x86; c[2] = 0; c[3] = 0; c[4] = whole;
    memcpy(c + 5, data, whole);
    c[5 + whole] = 0;
    got = transmit(c, 6 + whole, r);
    if (word(r, got) != 0x9000) { printf("SW %04X\n", word(r, got)); end("general authenticate"); }
    const byte *v = find(r, got - 2, 0x7c, &len);
    v = v ? find(v, len, want, &len) : NULL;
    if (!v) end("an answer without its part");
    return buffer(v, len);
}

static void pace(EAC_CTX *ctx, const byte *access, size_t n, const char *mrz)
{
    byte c[64], r[65544];
    int parameter = -1;
    /* the parameter of the first PACEInfo: its object identifier, then two whole numbers */
    for (size_t i = 0; i + 18 <= n && parameter < 0; i++)
        if (!memcmp(access + i, "\x06\x0a\x04\x00\x7f\x00\x07\x02\x02\x04", 10) && access[i + 12] == 2 && access[i + 15] == 2)
            parameter = access[i + 17];
    const ASN1_OBJECT *oid = OBJ_nid2obj(ctx->pace_ctx->protocol);
    size_t at = put(c, 5, 0x80, OBJ_get0_data(oid), OBJ_length(oid));
    byte password = 1, id = parameter;
    at = put(c, at, 0x83, &password, 1);
    if (parameter >= 0) at = put(c, at, 0x84, &id, 1);
    memcpy(c, "\x00\x22\xc1\xa4", 4);
    c[4] = at - 5;
    size_t got = transmit(c, at, r);
    if (word(r, got) != 0x9000) end("set AT");

    /* OpenPACE takes the zone of a card only; of a booklet it is given what the standard makes of it, a hash */
    byte hash[SHA_DIGEST_LENGTH];
    SHA1((const byte *) mrz, strlen(mrz), hash);
    PACE_SEC *secret = PACE_SEC_new((const char *) hash, sizeof hash, PACE_RAW);
    BUF_MEM *nonce = authenticate(0x10, 0, NULL, 0x80);
    if (!secret || !PACE_STEP2_dec_nonce(ctx, secret, nonce)) end("nonce");
    BUF_MEM *mapping = PACE_STEP3A_generate_mapping_data(ctx);
    if (!mapping || !PACE_STEP3A_map_generator(ctx, authenticate(0x10, 0x81, mapping, 0x82))) end("mapping");
    BUF_MEM *ours = PACE_STEP3B_generate_ephemeral_key(ctx);
    BUF_MEM *theirs = ours ? authenticate(0x10, 0x83, ours, 0x84) : NULL;
    if (!theirs || !PACE_STEP3B_compute_shared_secret(ctx, theirs) || !PACE_STEP3C_derive_keys(ctx)) end("key agreement");
    BUF_MEM *token = PACE_STEP3D_compute_authentication_token(ctx, theirs);
    if (!token || PACE_STEP3D_verify_authentication_token(ctx, authenticate(0x00, 0x85, token, 0x86)) != 1) end("token");
    if (!EAC_CTX_set_encryption_ctx(ctx, EAC_ID_PACE)) end("secure messaging");
    printf("PACE %s parameter %d\n", OBJ_nid2sn(ctx->pace_ctx->protocol), parameter);
}

/* ---- secure messaging ---- */

/* Sends a command under protection and opens the answer. Le of 0 asks for none. The length of the data. */
static size_t protectedly(EAC_CTX *ctx, const byte *head, const byte *data, size_t n, byte le, byte *out, unsigned *sw)
{
    static byte dos[4096], c[4200], r[65544];
    size_t at = 0, len;
    if (n) {
        BUF_MEM *padded = EAC_add_iso_pad(ctx, buffer(data, n));
        if (!EAC_increment_ssc(ctx)) end("counter");
        BUF_MEM *cipher = EAC_encrypt(ctx, padded);
        byte v[4096] = { 1 };
        memcpy(v + 1, cipher->data, cipher->length);
        at = put(dos, at, 0x87, v, cipher->length + 1);
    } else if (!EAC_increment_ssc(ctx)) end("counter");
    if (le) at = put(dos, at, 0x97, &le, 1);
    byte h[4] = { head[0] | 0x0c, head[1], head[2], head[3] };
    BUF_MEM *mac_input = EAC_add_iso_pad(ctx, buffer(h, 4));
    if (at) {
        size_t before = mac_input->length;
        BUF_MEM_grow(mac_input, before + at);
        memcpy(mac_input->data + before, dos, at);
        mac_input = EAC_add_iso_pad(ctx, mac_input);
    }
    BUF_MEM *mac = EAC_authenticate(ctx, mac_input);
    if (!mac) end("mac");
    at = put(dos, at, 0x8e, (byte *) mac->data, mac->length);
    memcpy(c, h, 4);
    c[4] = at;
    memcpy(c + 5, dos, at);
    c[5 + at] = 0;
    size_t got = transmit(c, 6 + at, r), body = 0;
    if (got < 4) { *sw = word(r, got); printf("SW %04X without protection\n", *sw); end("answer without protection"); }
    if (!EAC_increment_ssc(ctx)) end("counter");
    const byte *v = find(r, got - 2, 0x8e, &len);
    if (!v) end("answer without a check value");
    BUF_MEM *check = buffer(v, len), *over = EAC_add_iso_pad(ctx, buffer(r, v - r - 2));
    if (EAC_verify_authentication(ctx, over, check) != 1) end("check value");
    v = find(r, got - 2, 0x99, &len);
    *sw = v && len == 2 ? v[0] * 256u + v[1] : 0;
    v = find(r, got - 2, 0x87, &len);
    if (v) {
        BUF_MEM *plain = EAC_remove_iso_pad(EAC_decrypt(ctx, buffer(v + 1, len - 1)));
        if (!plain) end("decryption");
        memcpy(out, plain->data, plain->length);
        body = plain->length;
    }
    return body;
}

/* Bytes of a file from an offset on; 0 where the card says that there are no more. */
static size_t read_some(EAC_CTX *ctx, size_t offset, byte n, byte *out)
{
    unsigned sw;
    byte head[4] = { 0, 0xb0, offset >> 8, offset & 0xff };
    size_t got = protectedly(ctx, head, NULL, 0, n, out, &sw);
    return sw == 0x9000 || sw == 0x6282 ? got : 0;
}

static void read_file(EAC_CTX *ctx, unsigned fid, const char *name, const char *folder)
{
    static byte b[65536];
    byte id[2] = { fid >> 8, fid & 0xff }, none[256];
    unsigned sw;
    protectedly(ctx, (const byte *) "\x00\xa4\x02\x0c", id, 2, 0, none, &sw);
    if (sw != 0x9000) { printf("%s %04X\n", name, sw); return; }
    size_t have = read_some(ctx, 0, 8, b);
    if (have < 4) end(name);
    size_t whole = b[1] < 0x80 ? b[1] + 2u : b[1] == 0x81 ? b[2] + 3u : b[2] * 256u + b[3] + 4u;
    while (have < whole) {
        size_t more = whole - have > 200 ? 200 : whole - have, got = read_some(ctx, have, more, b + have);
        if (!got) end(name);
        have += got;
    }
    char path[1024];
    snprintf(path, sizeof path, "%s/%s.bin", folder, name);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(b, 1, whole, f) != whole || fclose(f)) end(path);
    printf("%s %zu\n", name, whole);
}

int main(int argc, char **argv)
{
    static byte r[65544], access[4096], none[256];
    SCARDCONTEXT pcsc;
    unsigned sw;
    if (argc != 4) { fprintf(stderr, "usage: pace-reader READER MRZ_INFORMATION FOLDER\n"); return 2; }
    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &pcsc) != SCARD_S_SUCCESS) end("no PC/SC service");
    if (SCardConnect(pcsc, argv[1], SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card, &protocol) != SCARD_S_SUCCESS) end("no card");
    /* whoever was here before may have left a session open */
    if (SCardReconnect(card, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, SCARD_RESET_CARD, &protocol) != SCARD_S_SUCCESS) end("no reset");

    size_t got = transmit((const byte *) "\x00\xb0\x9c\x00\x00", 5, r);
    if (word(r, got) != 0x9000 && word(r, got) != 0x6282) end("EF.CardAccess");
    size_t n = got - 2;
    memcpy(access, r, n);
    printf("EF.CardAccess %zu\n", n);

    got = transmit((const byte *) "\x00\xa4\x04\x0c\x07\xa0\x00\x00\x02\x47\x10\x01", 12, r);
    printf("SELECT %04X\n", word(r, got));
    got = transmit((const byte *) "\x00\xb0\x81\x00\x00", 5, r);
    printf("DG1 in the clear %04X\n", word(r, got));
    transmit((const byte *) "\x00\xa4\x00\x0c\x02\x3f\x00", 7, r);

    EAC_init();
    EAC_CTX *ctx = EAC_CTX_new();
    if (!ctx || !EAC_CTX_init_ef_cardaccess(access, n, ctx)) end("EF.CardAccess cannot be read");
    pace(ctx, access, n, argv[2]);
    protectedly(ctx, (const byte *) "\x00\xa4\x04\x0c", (const byte *) "\xa0\x00\x00\x02\x47\x10\x01", 7, 0, none, &sw);
    if (sw != 0x9000) end("application");
    read_file(ctx, 0x011e, "EF.COM", argv[3]);
    read_file(ctx, 0x011d, "EF.SOD", argv[3]);
    for (unsigned i = 1; i <= 16; i++) {
        char name[8];
        snprintf(name, sizeof name, "DG%u", i);
        read_file(ctx, 0x0100 + i, name, argv[3]);
    }
    printf("DONE\n");
    return 0;
}
