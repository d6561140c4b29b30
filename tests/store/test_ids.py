from frontdesk.core.ids import parse
from frontdesk.store.ids import mint


def test_minted_ids_read_back_and_sort_by_time() -> None:
    minted = [mint("conv") for _ in range(1000)]
    assert len(set(minted)) == 1000
    assert [parse("conv", id_) for id_ in minted] == minted
    assert [id_[:14] for id_ in minted] == sorted(id_[:14] for id_ in minted)
