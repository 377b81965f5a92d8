"""The list that a shop begins with. Editors keep it from then on; words that are harmless more often than not are left out
(soigné, traite, معالجة, a treat, cured olives)."""

STARTING_LIST = {
    "fr": [
        "guérir*", "guérit", "guéri", "guérie", "guéris*", "soigne", "soigner*", "soignent", "remède*", "médicament*",
        "thérapeutique*", "curatif*", "curative*", "cure de", "panacée", "antidouleur*", "anti-inflammatoire*", "antibiotique*",
        "antibactérien*", "antiviral*", "antivira*", "antiseptique*", "antifongique*", "anticancer*", "cicatris*",
        "soulage", "soulager*", "soulagent", "cancer*", "diabète*", "diabétique*", "cholestérol", "hypertension",
        "tension artérielle", "arthrose*", "arthrite*", "rhumatisme*", "rhumatisma*", "asthme*", "asthmatique*", "eczéma*",
        "psoriasis", "insomnie*", "dépression", "anxiété", "migraine*", "maux de tête", "maux de gorge", "maux de ventre",
        "contre la toux", "contre le rhume", "contre la grippe", "infection*", "bronchite*", "stérilité", "impuissance",
        "aphrodisiaque*", "défenses immunitaires", "système immunitaire", "immunité", "détox*", "perte de poids", "maigrir*",
        "amincissant*", "brûle-graisse*", "brûle les graisses", "miraculeu*", "cliniquement prouvé*", "sans effet secondaire",
        "sans effets secondaires", "traitement contre", "prévient les maladies", "prévention des maladies", "contre les maladies",
        "propriétés médicinales", "vertus médicinales",
    ],
    "ar": [
        "علاج*", "يعالج*", "تعالج*", "شفاء*", "يشفي*", "تشفي*", "الشافي", "دواء*", "أدوية", "يداوي*", "تداوي*", "مداواة",
        "ترياق", "مسكن للآلام", "مسكن للألم", "يخفف الألم", "يخفف آلام", "تخفف آلام", "مضاد للالتهاب*", "مضاد للبكتيريا",
        "مضاد حيوي", "مضادات حيوية", "مضاد للفيروسات", "مضاد للفطريات", "مطهر للجروح", "التئام الجروح", "سرطان*", "داء السكري",
        "مرض السكري", "مرضى السكري", "كوليسترول", "كولسترول", "ضغط الدم", "روماتيزم*", "التهاب*", "الربو",
        "إكزيما", "أكزيما", "الصدفية", "الأرق", "اكتئاب", "قلق نفسي", "صداع*", "شقيقة الرأس", "السعال", "الزكام", "نزلات البرد",
        "العقم", "الضعف الجنسي", "مقو جنسي", "مقوي جنسي", "مناعة", "إنقاص الوزن", "تخسيس*", "حرق الدهون", "يحرق الدهون",
        "طرد السموم", "معجزة", "مثبت علميا", "بدون آثار جانبية", "بدون أعراض جانبية", "ضد الأمراض", "يقي من الأمراض",
        "تقي من الأمراض", "الوقاية من الأمراض",
    ],
    "en": [
        "cure", "cures", "heal", "heals", "healing", "remedy", "remedies", "medicine", "medicines", "therapeutic*", "curative",
        "panacea", "painkiller*", "pain relief", "relieves pain", "relieve pain", "anti-inflammatory", "antibiotic*",
        "antibacterial", "antiviral", "antiseptic", "antifungal", "cancer*", "diabetes", "diabetic*", "cholesterol",
        "blood pressure", "arthritis", "rheumati*", "asthma*", "eczema", "psoriasis", "insomnia", "depression", "anxiety",
        "migraine*", "headache*", "sore throat*", "infection*", "infertility", "impotence", "aphrodisiac*", "immunity",
        "immune system", "detox*", "weight loss", "lose weight", "slimming", "burns fat", "fat burning", "miraculous*",
        "clinically proven", "no side effects", "without side effects", "treatment for", "prevents disease*", "prevent disease*",
        "against disease*", "medicinal properties",
    ],
}  # fmt: skip
