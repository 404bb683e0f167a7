"""The virtual passport of vsmartcard (vicc), as Debian packs it, in a virtual reader.

Its operating system, file system, Basic Access Control and secure messaging are its own. Two functions that still speak
Python 2 are stood in for: the card generator (the files come from a folder, as `NAME.bin`) and XOR.

    epass.py FOLDER PORT
"""
import os
import sys

import virtualsmartcard.CardGenerator as generator
from virtualsmartcard.SmartcardFilesystem import DF, MF, TransparentStructureEF
from virtualsmartcard.VirtualSmartcard import VirtualICC
import virtualsmartcard.CryptoUtils as vsCrypto
import virtualsmartcard.SmartcardFilesystem as filesystem
import virtualsmartcard.cards.ePass as epass

FILES = {"EF.COM": 0x011E, "DG1": 0x0101, "DG2": 0x0102, "EF.SOD": 0x011D, "DG11": 0x010B}


def card(self):
    folder = sys.argv[1]
    mf = MF()
    df = DF(parent=mf, fid=4, dfname=b"\xa0\x00\x00\x02G\x10\x01", bertlv_data=[])
    for name, fid in FILES.items():
        path = os.path.join(folder, name + ".bin")
        if os.path.exists(path):
            with open(path, "rb") as f:
                df.append(TransparentStructureEF(parent=df, fid=fid, filedescriptor=0, data=f.read()))
    mf.append(df)
    walk = filesystem.walk
    filesystem.walk = lambda start, path: walk(start, path.encode("latin1") if isinstance(path, str) else path)
    return mf, epass.PassportSAM(mf)


generator.CardGenerator.getCard = card
vsCrypto.operation_on_string = lambda a, b, op: bytes(op(x, y) for x, y in zip(a, b))
VirtualICC(None, "ePass", "localhost", int(sys.argv[2])).run()
