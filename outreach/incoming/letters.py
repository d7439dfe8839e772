"""Letters made comparable: the first thing done to a family's text, one script at a time."""

from __future__ import annotations

import unicodedata

# Marks that go when a word is compared without accents. Khmer vowels and the Devanagari signs are marks
# too, but they carry the word: only Latin, Greek and Arabic marks are listed.
_MARKS = {
    *map(chr, range(0x0300, 0x0370)),
    *map(chr, range(0x064B, 0x0660)),
    "\u0670",
    *map(chr, range(0x06D6, 0x06EE)),
}
# Vietnamese tones. Two typing habits put the tone on different vowels (hoà, hòa): we move it to the end.
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}

_SAME_LETTER = str.maketrans(
    {
        "ى": "ي",
        "ی": "ي",
        "ة": "ه",
        "ٱ": "ا",
        "ک": "ك",
        "ء": "",
        "ـ": "",
        "đ": "d",
        "ł": "l",
        "ø": "o",
        "ı": "i",
        "œ": "oe",
        "æ": "ae",
    }
)
_BARRED_D = "đ"

_TRADITIONAL = (
    "訂發殺請學費電話幫還沒來麼個們會說講語這嗎裡裏醫療諮詢兒"
    "飯錢煩體壓務職業員房屋無買衛診齒視鏡驗門關懷師聯絡繫給繼續"
    "簡訊號碼爾報單參與時點見樂對討論資機構輔導壞媽爸點過總絕"
    "難離婚親歲嬰餵補貼賬帳斷熱氣網衝擊傷害藥燒準備開將貧"
    "養歡認識謝遠選簽證綠庭暫護養專寫讀問題從嚴憂鬱讓連戶應嚇"
    "勞動麵車輛夠誰樣傳輸滾騷擾錯誤別廣誰東蓋衣褲寒遞聽龍華"
    "萬丟兩喪臨為舉義烏書習亂亞產褻僅倉價眾優倫偽侶偵傾償興冊軍農決況凍淨涼減幾憑則剛創劑劍劇辦勵勢區"
    "協賣卻廠廳歷厲縣雙變葉嘆後啟啓嘔嗚響啞喚噴囑團園圍國圖圓聖場塊堅壇墳墜牆壯聲殼處頭誇夾奪奮獎妝婦"
    "娛嬸孫寧寶實寵審寬賓尋壽塵嘗層屬島幣帶乾幹並慶庫廟廢異棄張彎彈強歸當錄徹徵徑憶態憐戀懇惡惱懸驚懼"
    "慘懲憊慣願戲戰撲執擴掃揚撫搶擔擁攔撥擇掛擠揮損撿換據攪攝擺搖撐敵數舊曠顯曬曉暈術雜權條極槍櫃標棟"
    "欄樹檔橋夢檢樓橫歐殘毆毀畢斃匯彙漢湯溝淚潑澤潔淺測濟濃塗漲潤漸漁溫灣濕滿滅燈靈災爐煉爛燙愛爺牽猶"
    "獨獄豬貓獻環現畫暢瘋癢癱癮皺鹽監盜盤睜礦磚礎確禮禍種積稱穩窮竊競筆籃類糧緊糾紅約級紀純納縱紛紙線"
    "練組細織終紹經綁結繞繪統繡績緒繩維緩編緣縫纏縊縮繳羅罰罷羨聾聰肅腸膚腎腫脹脅膽勝膠脈髒臟臍腦腳脫"
    "臉膩捨艱藝節蘇範薦榮獲營蔥藍慮虛蟲蝨雖螞蟻襖襪襲裝觀規覽覺觸計訓議記許訟設訪評詐訴譯試詩誠誕該詳"
    "諾課調諒談謀謊謎謠負財責敗貨質貪購貴貸賀賊賭賞賠賴贅賺賽讚贈贏趕踐蹤軌轉輪軟輕載較輩辭辯邊達遷運"
    "進違遲適邏遺郵鄰醬釋針釘鐘鍾鋼鑰鐵鈴銀鋪鏈銷鎖鍋鐧長閃閉閒間悶鬧聞閱隊陽陰階際陸陳險隨隱靜頂項順"
    "須顧頓預領頻顆額顏風飛飢飲飽餅餓館馬驅駛駕罵騙魚鮮鳥雞鴨麥齡齦龜著妳甚週佈牀睏鬆隻製係臺髮復複闆"
    "鹹夥衆"
)
_SIMPLIFIED = (
    "订发杀请学费电话帮还没来么个们会说讲语这吗里里医疗咨询儿"
    "饭钱烦体压务职业员房屋无买卫诊齿视镜验门关怀师联络系给继续"
    "简讯号码尔报单参与时点见乐对讨论资机构辅导坏妈爸点过总绝"
    "难离婚亲岁婴喂补贴账账断热气网冲击伤害药烧准备开将贫"
    "养欢认识谢远选签证绿庭暂护养专写读问题从严忧郁让连户应吓"
    "劳动面车辆够谁样传输滚骚扰错误别广谁东盖衣裤寒递听龙华"
    "万丢两丧临为举义乌书习乱亚产亵仅仓价众优伦伪侣侦倾偿兴册军农决况冻净凉减几凭则刚创剂剑剧办励势区"
    "协卖却厂厅历厉县双变叶叹后启启呕呜响哑唤喷嘱团园围国图圆圣场块坚坛坟坠墙壮声壳处头夸夹夺奋奖妆妇"
    "娱婶孙宁宝实宠审宽宾寻寿尘尝层属岛币带干干并庆库庙废异弃张弯弹强归当录彻征径忆态怜恋恳恶恼悬惊惧"
    "惨惩惫惯愿戏战扑执扩扫扬抚抢担拥拦拨择挂挤挥损捡换据搅摄摆摇撑敌数旧旷显晒晓晕术杂权条极枪柜标栋"
    "栏树档桥梦检楼横欧残殴毁毕毙汇汇汉汤沟泪泼泽洁浅测济浓涂涨润渐渔温湾湿满灭灯灵灾炉炼烂烫爱爷牵犹"
    "独狱猪猫献环现画畅疯痒瘫瘾皱盐监盗盘睁矿砖础确礼祸种积称稳穷窃竞笔篮类粮紧纠红约级纪纯纳纵纷纸线"
    "练组细织终绍经绑结绕绘统绣绩绪绳维缓编缘缝缠缢缩缴罗罚罢羡聋聪肃肠肤肾肿胀胁胆胜胶脉脏脏脐脑脚脱"
    "脸腻舍艰艺节苏范荐荣获营葱蓝虑虚虫虱虽蚂蚁袄袜袭装观规览觉触计训议记许讼设访评诈诉译试诗诚诞该详"
    "诺课调谅谈谋谎谜谣负财责败货质贪购贵贷贺贼赌赏赔赖赘赚赛赞赠赢赶践踪轨转轮软轻载较辈辞辩边达迁运"
    "进违迟适逻遗邮邻酱释针钉钟钟钢钥铁铃银铺链销锁锅锏长闪闭闲间闷闹闻阅队阳阴阶际陆陈险随隐静顶项顺"
    "须顾顿预领频颗额颜风飞饥饮饱饼饿馆马驱驶驾骂骗鱼鲜鸟鸡鸭麦龄龈龟着你什周布床困松只制系台发复复板"
    "咸伙众"
)
_TO_SIMPLIFIED = str.maketrans(dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True)))


def simplify(text: str) -> str:
    """The text with the traditional Chinese letters of our vocabulary written simplified (訂 as 订)."""
    return text.translate(_TO_SIMPLIFIED)


def without_marks(word: str) -> str:
    """A word without accents, Arabic short vowels, hamzas and look-alike letters: "Adiós" gives "adios"."""
    letters = unicodedata.normalize("NFD", word.translate(_SAME_LETTER))
    kept = "".join(letter for letter in letters if letter not in _MARKS)
    return unicodedata.normalize("NFC", kept.translate(_SAME_LETTER))


def with_marks(word: str) -> str:
    """A word with its accents, the tone last, so that "hủy" and "huỷ" are the same word.

    An Arabic word comes back as `without_marks` gives it: nobody types its vowels.
    """
    letters = unicodedata.normalize("NFD", word)
    if not any(letter in _MARKS or letter == _BARRED_D for letter in letters) or is_arabic(word):
        return without_marks(word)
    tones = "".join(letter for letter in letters if letter in _TONES)
    return "".join(letter for letter in letters if letter not in _TONES) + tones


def is_arabic(word: str) -> bool:
    return any("\u0600" <= letter <= "\u06ff" for letter in word)


def arabic_stems(word: str) -> list[str]:
    """An Arabic word without the small words written onto its front: "والطعام" gives "الطعام" and "طعام".

    Conjunctions, prepositions and the article are taken off in that order, as long as three letters stay.
    """
    found = [word]
    for openings in (("و", "ف"), ("ب", "ل", "ك"), ("ال",), ("ل",)):
        for stem in list(found):
            for opening in openings:
                rest = stem.removeprefix(opening)
                if rest != stem and len(rest) >= 3 and rest not in found:
                    found.append(rest)
    return found[1:]
