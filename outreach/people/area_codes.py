"""In which states a family may be, by its ZIP, else by the area code of its number: whose rules on hours count.

Two small tables instead of the whole ZIP table, because every text asks and a sending worker needs nothing else of it.
"""

from collections.abc import Iterator

# Where the numbering plan puts each area code, overlays in service or announced by 2026 included: the ZIP rows of the
# `zipcodes` package name the same state for every code they have, and so do the place names of `phonenumbers`.
# A code stands with a second state as well where at least a tenth of the ZIPs that use it (it or the oldest code it
# overlays) lie across the border: 401, 219, 302, 409, 580, 651, 775, 856, 913, 940. Codes for toll-free and personal
# numbers, and those of Canada and the Caribbean, are not here: no state rule follows from them.
AREA_CODES = """
AK 907
AL 205 251 256 334 659 938
AR 327 479 501 870
AS 684
AZ 480 520 602 623 928
CA 209 213 279 310 323 341 350 357 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 707 714 738 747 760
CA 775 805 818 820 831 837 840 858 909 916 925 949 951
CO 303 719 720 748 970 983
CT 203 401 475 860 959
DC 202 771
DE 302
FL 239 305 321 324 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904 941 954
GA 229 404 470 478 678 706 762 770 912 943
GU 671
HI 808
IA 319 515 563 641 712
ID 208 986
IL 217 219 224 309 312 331 447 464 618 630 708 730 773 779 815 847 861 872
IN 219 260 317 463 574 765 812 930
KS 316 620 785 913
KY 270 364 502 606 859
LA 225 318 337 409 457 504 985
MA 339 351 401 413 508 617 774 781 857 978
MD 227 240 301 302 410 443 667
ME 207
MI 231 248 269 313 517 586 616 679 734 810 906 947 989
MN 218 320 507 612 651 763 924 952
MO 235 314 417 557 573 636 660 816 913 975
MP 670
MS 228 471 601 662 769
MT 406
NC 252 336 472 704 743 828 910 919 980 984
ND 701
NE 308 402 531
NH 603
NJ 201 551 609 640 732 848 856 862 908 973
NM 505 575
NV 702 725 775
NY 212 315 329 332 347 363 465 516 518 585 607 624 631 646 680 716 718 838 845 914 917 929 934
OH 216 220 234 283 326 330 380 419 436 440 513 567 614 740 937
OK 405 539 572 580 918 940
OR 458 503 541 971
PA 215 223 267 272 412 445 484 570 582 610 717 724 814 835 856 878
PR 787 939
RI 401
SC 803 821 839 843 854 864
SD 605
TN 423 615 629 729 731 865 901 931
TX 210 214 254 281 325 346 361 409 430 432 469 512 580 621 682 713 726 737 806 817 830 832 903 915 936 940 945 956 972
TX 979
UT 385 435 801
VA 276 434 540 571 686 703 757 804 826 948
VI 340
VT 802
WA 206 253 360 425 509 564
WI 262 274 353 414 534 608 651 715 920
WV 304 681
WY 307
"""

# The state of most ZIPs that begin so, and whole ZIPs that lie elsewhere; both counted in the rows of the `zipcodes`
# package. ZIPs of the armed forces (090-099, 340, 962-966) follow a family overseas and have no state.
ZIPS = """
AK 995-999
AL 350-352 354-369
AR 716-729
AS 96799
AZ 850-853 855-857 859-860 863-865
CA 900-908 910-928 930-961
CO 800-816
CT 060-069
DC 200 202-205 569 888
DE 197-199
FL 320-339 341-342 344 346-347 349
FM 96941-96944
GA 300-319 398-399
GU 969
HI 967-968
IA 500-516 520-528
ID 832-838
IL 600-620 622-629
IN 460-479
KS 660-662 664-679
KY 400-418 420-427
LA 700-701 703-708 710-714
MA 010-027 055
MD 206-212 214-219 20588
ME 039-049
MH 96960 96970
MI 480-499
MN 550-551 553-567
MO 630-631 633-641 644-658 72643
MP 96950-96952
MS 386-397
MT 590-599
NC 270-289
ND 580-588
NE 680-681 683-693
NH 030-038
NJ 070-089
NM 870-871 873-884
NV 889-891 893-895 897-898
NY 005 100-149 06390
OH 430-459
OK 730-731 734-741 743-749
OR 970-979
PA 150-196
PR 006-007 009
PW 96939-96940
RI 028-029
SC 290-299
SD 570-577
TN 370-385
TX 733 750-770 772-799 885 73960
UT 840-847
VA 201 220-246 20598
VI 008
VT 050-054 056-059
WA 980-986 988-994
WI 530-532 534-535 537-549
WV 247-268
WY 820-831 83414
"""


def states_of(phone: str, zip_code: str | None) -> tuple[str, ...]:
    """Every state (two letters) that a family may be in; () when no state's rules apply.

    `phone` is E.164; `zip_code` five digits, with or without '-1234'. The ZIP wins, as a phone keeps its area code when
    a family moves; it gives one state. Two dict look-ups: cheap enough to ask for every text.
    """
    if zip_code:
        state = _BY_ZIP.get(zip_code[:5]) or _BY_ZIP.get(zip_code[:3])
        if state and len(zip_code) >= 5:
            return state
    return _BY_AREA_CODE.get(phone[2:5], ()) if len(phone) == 12 and phone.startswith("+1") else ()


def _read(table: str) -> dict[str, tuple[str, ...]]:
    """The states of each code; a code that two lines name has both."""
    states: dict[str, tuple[str, ...]] = {}
    for line in table.strip().splitlines():
        state, *spans = line.split()
        for code in (code for span in spans for code in _codes(span)):
            states[code] = (*states.get(code, ()), state)
    return states


def _codes(span: str) -> Iterator[str]:
    """'010-027' as '010', '011', … '027'."""
    first, _, last = span.partition("-")
    yield from (str(code).zfill(len(first)) for code in range(int(first), int(last or first) + 1))


_BY_AREA_CODE = _read(AREA_CODES)
_BY_ZIP = _read(ZIPS)
