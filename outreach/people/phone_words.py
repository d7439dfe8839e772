"""Words that stand in phone cells instead of, or beside, a number: data for `phone_cells`."""

# A cell that is one of these, whatever its case, accents and punctuation, says "no number".
PLACEHOLDERS = (
    # English and what software writes
    "n/a", "na", "n a", "none", "no", "nil", "null", "nan", "undefined", "blank", "empty",
    "missing", "void",
    "unknown", "unk", "unkn", "not known", "not available", "not provided", "not given",
    "not applicable",
    "not on file", "none given", "none provided", "none listed", "none on file", "no phone",
    "no phone number",
    "no number", "no cell", "no cell phone", "no home phone", "no contact", "does not have",
    "doesn't have one",
    "has no phone", "unlisted", "unpublished", "private", "blocked", "restricted",
    "withheld", "confidential",
    "disconnected", "not in service", "out of service", "no service", "wrong number",
    "bad number", "invalid",
    "refused", "declined", "same", "same as above", "same as mom", "same as dad",
    "same as mother",
    "same as father", "see above", "see notes", "see note", "ditto", "tbd", "tba", "tbc",
    "pending", "later",
    "to follow", "ask", "ask mom", "ask parent", "test", "example", "sample", "phone",
    "phone number", "number",
    "x", "xx", "xxx", "xxxx", "xxxxx", "xxxxxx", "xxxxxxx", "xxxxxxxxxx", "xxx xxx xxxx",
    "xxx xxxx",
    "#n/a", "0 none", "landline", "landline only", "email only", "e-mail only", "nothing",
    "no one", "nobody", "zero",
    # Spanish
    "ninguno", "ninguna", "ningun", "nada", "sin telefono", "sin numero", "sin celular",
    "sin tel", "s/n", "s/t",
    "no tiene", "no tiene telefono", "no tiene numero", "no tengo", "no tengo telefono",
    "no hay", "no sabe",
    "no se", "no se sabe", "desconocido", "desconocida", "no disponible", "no aplica",
    "pendiente", "n/d",
    "vacio", "no contesta", "mismo", "el mismo", "igual", "no dio",
    # Portuguese and Kabuverdianu
    "nenhum", "nenhuma", "nao", "nao tem", "nao tem telefone", "nao tenho", "sem telefone",
    "sem numero",
    "sem celular", "sem tel", "desconhecido", "nao disponivel", "nao informado", "nao sei",
    "o mesmo",
    "ka tem", "ka ten", "ka tene", "nao se aplica",
    # Haitian Creole and French
    "okenn", "pa gen", "pa gen telefon", "pa genyen", "pa genyen telefon", "pa gen nimewo",
    "pa konnen", "anyen",
    "aucun", "aucune", "aucun telephone", "pas de telephone", "sans telephone",
    "pas de numero", "inconnu",
    "non disponible", "neant", "rien", "non", "pa disponib",
    # Vietnamese, Somali
    "khong", "khong co", "khong co so", "khong co dien thoai", "khong biet", "chua co",
    "maya", "ma jiro", "ma laha", "ma haysto", "ma lahan", "lama yaqaan",
    "telefoon ma laha", "ma leh",
    # Chinese, Arabic, Khmer, Russian, Ukrainian, Nepali, Amharic
    "无", "無", "没有", "沒有", "不详", "不詳", "未知", "无电话", "没有电话", "沒有電話", "暂无", "不知道",
    "لا يوجد", "لا", "لا شيء", "غير معروف", "بدون", "بدون هاتف", "ليس لديه", "لا يوجد هاتف",
    "مجهول",
    "គ្មាន", "មិនមាន", "អត់មាន", "មិនដឹង", "គ្មានលេខ", "គ្មានទូរស័ព្ទ", "អត់មានលេខ",
    "нет", "нет телефона", "немає", "нема", "неизвестно", "невідомо", "छैन", "फोन छैन",
    "የለም", "የለኝም",
)  # fmt: skip

# What announces an extension between the number and its digits.
EXTENSION_WORDS = (
    "extension", "extensions", "extensao", "extn", "exten", "ext", "xt", "ex", "x", "int",
    "interno", "interior", "anexo",
    "ramal", "rml", "ramais", "poste", "post", "pst", "bureau", "ekstansyon", "estansyon",
    "ekst",
    "may le", "may nhanh", "so le", "so may le", "nhanh", "kordhin", "kordhinta", "laanta",
    "lifaaq",
    "分机", "分機", "分机号", "內線", "内线", "转", "轉", "تحويلة", "تحويله", "تحويل", "داخلي",
    "الداخلي", "فرعي",
    "លេខបន្ត", "បន្ត", "доб", "добавочный", "вн", "внутр", "дод", "एक्सटेन्सन",
)  # fmt: skip

# Between two numbers, "or": 617-555-0123 or 0124.
OR_WORDS = ("or", "and", "o", "u", "y", "ou", "e", "et", "oswa", "ak", "va", "hoac", "ama", "iyo", "或", "和")
