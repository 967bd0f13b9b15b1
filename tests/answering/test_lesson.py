"""Training sees the very prompt answering uses, and answers that cite it."""

from app.answering import Company, lesson_prompt, with_source_marks

COMPANY = Company(name_zh="星河数码", name_en="Nebula Digital")


def as_turns(*args: str) -> list[dict[str, str]]:
    asked, answer, locale = args
    return [{"role": m.role, "content": m.content} for m in lesson_prompt(asked, answer, locale, COMPANY)]


def test_the_prompt_names_the_company_and_holds_the_answer_as_its_first_source() -> None:
    system, user = as_turns("耳机保修多久？", "耳机保修两年。", "zh-CN")
    assert "星河数码" in system["content"]
    assert "[1] 耳机保修多久？" in user["content"] and "耳机保修两年。" in user["content"]
    assert user["content"].rstrip().endswith("耳机保修多久？")


def test_a_supported_sentence_gets_the_number_of_its_source_before_the_full_stop() -> None:
    turns = as_turns("耳机保修多久？", "蓝牙耳机保修两年，凭发票到门店办理。", "zh-CN")
    assert with_source_marks("蓝牙耳机保修两年。", turns) == "蓝牙耳机保修两年[1]。"


def test_an_english_sentence_gets_a_space_before_its_number() -> None:
    turns = as_turns("How long is the warranty?", "The earbuds have a warranty of two years.", "en")
    assert with_source_marks("The earbuds have a two years warranty.", turns) == (
        "The earbuds have a two years warranty [1]."
    )


def test_what_no_source_says_gets_no_number_and_marked_answers_stay() -> None:
    turns = as_turns("耳机保修多久？", "耳机保修两年。", "zh-CN")
    assert with_source_marks("耳机保修两年。请拨打热线咨询仓库。", turns) == "耳机保修两年[1]。请拨打热线咨询仓库。"
    assert with_source_marks("随便写的[2]。", turns) == "随便写的[2]。"
    assert with_source_marks("没有资料。", [{"role": "user", "content": "你好"}]) == "没有资料。"
