"""What a new version keeps of hand work, worked out on plain values."""

from app.kernel.ids import new_id
from app.knowledge.domain import NewChunk
from app.knowledge.editing.carry import carry
from app.knowledge.editing.domain import Passage, origin_of

DOCUMENT, BASE = new_id(), new_id()


def passage(position: int, text: str, origins: tuple[str, ...] | None = None, original: str | None = None) -> Passage:
    return Passage(
        id=new_id(),
        base_id=BASE,
        document_id=DOCUMENT,
        version_number=1,
        position=position,
        kind="text",
        title="册",
        heading_path=(),
        page=None,
        char_start=0,
        char_end=0,
        text=text,
        revision=1 if origins is None else 2,
        origins=origins,
        original_text=original,
        edited_at=None,
        edited_by=None,
        disabled_at=None,
        disabled_by=None,
        disabled_with=None,
        boxes=[],
        parent=None,
    )


def parsed(*texts: str) -> list[NewChunk]:
    return [NewChunk(position, (), 7, text) for position, text in enumerate(texts)]


def root(text: str) -> str:
    return origin_of("text", (), text)


def test_nothing_by_hand_leaves_the_parsed_passages_as_they_are() -> None:
    fresh = parsed("甲", "乙")
    work = carry(fresh, [passage(0, "甲"), passage(1, "丙")], edits=3)
    assert (work.chunks, work.kept, work.dropped, work.edits) == (tuple(fresh), (), (), 3)


def test_an_edit_takes_the_place_of_its_original_and_knows_its_page() -> None:
    edited = passage(0, "甲改", (root("甲"),), "甲")
    work = carry(parsed("新", "甲", "乙"), [edited, passage(1, "乙")], edits=1)
    assert [(c.position, c.text, c.page, c.chunk_id) for c in work.chunks] == [
        (0, "新", 7, None),
        (1, "甲改", 7, edited.id),
        (2, "乙", 7, None),
    ]
    assert work.kept == (edited,)


def test_a_merge_is_kept_only_while_both_originals_still_stand_side_by_side() -> None:
    merged = passage(0, "甲\n乙", (root("甲"), root("乙")), "甲\n乙")
    together = carry(parsed("甲", "乙", "丙"), [merged, passage(1, "丙")], edits=1)
    assert [c.text for c in together.chunks] == ["甲\n乙", "丙"]
    apart = carry(parsed("甲", "新", "乙"), [merged, passage(1, "丙")], edits=1)
    assert [c.text for c in apart.chunks] == ["甲", "新", "乙"]
    assert apart.dropped == (merged,)


def test_half_of_a_split_merged_with_its_neighbour_stays_one_piece_of_work() -> None:
    half = passage(0, "甲一", (root("甲一甲二"),), "甲一甲二")
    joined = passage(1, "甲二\n乙", (root("甲一甲二"), root("乙")), "甲一甲二\n乙")
    work = carry(parsed("甲一甲二", "乙"), [half, joined], edits=2)
    assert [c.text for c in work.chunks] == ["甲一", "甲二\n乙"]
    gone = carry(parsed("甲一甲二", "丁"), [half, joined], edits=2)
    assert [c.text for c in gone.chunks] == ["甲一甲二", "丁"]
    assert gone.dropped == (half, joined)


def test_an_added_chunk_goes_with_the_one_it_stands_behind() -> None:
    added = passage(1, "补充", ())
    work = carry(parsed("乙", "甲"), [passage(0, "甲"), added, passage(2, "乙")], edits=1)
    assert [c.text for c in work.chunks] == ["乙", "甲", "补充"]
    lost = carry(parsed("乙"), [passage(0, "甲"), added, passage(2, "乙")], edits=1)
    assert ([c.text for c in lost.chunks], lost.dropped) == (["乙"], (added,))


def test_an_added_chunk_at_the_very_beginning_stays_there() -> None:
    added = passage(0, "前言", ())
    work = carry(parsed("新"), [added, passage(1, "甲")], edits=1)
    assert [c.text for c in work.chunks] == ["前言", "新"]


def test_two_edits_of_equal_passages_do_not_claim_the_same_one() -> None:
    first, second = passage(0, "甲改一", (root("甲"),), "甲"), passage(2, "甲改二", (root("甲"),), "甲")
    both = carry(parsed("甲", "乙", "甲"), [first, passage(1, "乙"), second], edits=2)
    assert [c.text for c in both.chunks] == ["甲改一", "乙", "甲改二"]
    one = carry(parsed("甲", "乙"), [first, passage(1, "乙"), second], edits=2)
    assert [c.text for c in one.chunks] == ["甲改一", "乙"]
    assert one.dropped == (second,)
