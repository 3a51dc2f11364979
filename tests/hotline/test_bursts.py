"""The district of an address as citizens write it (RPT-06)."""

import pytest

from hotline.watch.bursts import district_of


@pytest.mark.parametrize(
    ("address", "district"),
    [
        ("吉林省长春市朝阳区示范路88号2单元301", "朝阳区"),
        ("朝阳区卫星路7号", "朝阳区"),
        ("长春市人民大街1号", "长春市"),
        ("农安县合隆镇", "农安县"),
        ("前郭尔罗斯蒙古族自治县城南", "前郭尔罗斯蒙古族自治县"),
        ("净月区", "净月区"),
        ("某小区3栋", ""),
        ("人民大街1号", ""),
        ("", ""),
    ],
)
def test_rpt_06_the_district_stands_before_the_road(address: str, district: str) -> None:
    assert district_of(address) == district
