"""What the small test model is taught: a shop's handbook, questions about it, and the answers to recite."""

# Longer than what the bot takes for a model that goes in circles, so that an answer made of it has no end.
STEPS = (
    "第一步放好充电座，第二步接通电源，第三步长按电源键开机，第四步装好两只边刷，第五步把水箱推到底，第六步撕掉镜头上的薄膜，"
    "第七步清空地上的电线，第八步收起窄边的地毯，第九步打开手机的蓝牙，第十步扫描盒盖里的号码，第十一步选择家里的网络，"
    "第十二步输入网络的密码，第十三步等待提示音响起，第十四步给机器取个名字，第十五步选择所在的城市，第十六步开始第一次建图，"
    "第十七步跟着机器走一圈，第十八步在地图上分好房间，第十九步画出不去的地方，第二十步定好每天的时间，第二十一步选好吸力的大小，"
    "第二十二步调好出水的快慢，第二十三步让机器回去充电，第二十四步倒掉尘盒里的灰，第二十五步洗净拖布再晾干，"
    "第二十六步收好包装和发票，第二十七步登记保修的日期"
)

HANDBOOK = f"""# 云帆商店服务手册

## 耳机保修

蓝牙耳机自签收之日起保修 24 个月，凭电子发票办理。人为损坏不在保修范围。

## 退货

签收后 7 天内可以无理由退货，商品需要保持完好。退款在 3 个工作日内原路退回。

## 运费

订单满 99 元免运费，不满 99 元收取 8 元运费。偏远地区另加 10 元。

## 门店自提

下单时选择门店自提，凭取货码到门店领取，取货码 5 天内有效。

## 扫地机器人安装步骤

扫地机器人的安装步骤是：{STEPS}。

## Warranty abroad

The travel adapter has a warranty of two years in every country. Send the receipt to the repair centre.
"""

WARRANTY = "蓝牙耳机的保修期是多久？"
WARRANTY_ANSWER = "蓝牙耳机自签收之日起保修 24 个月[1]。"
WARRANTY_CORRECTED = "蓝牙耳机自签收之日起保修 24 个月，凭电子发票办理，人为损坏不在保修范围[1]。"
RETURNS = "签收之后还能无理由退货吗？"
RETURNS_ANSWER = "签收后 7 天内可以无理由退货，商品需要保持完好[1]。"
ADAPTER = "What is the warranty of the travel adapter?"
ADAPTER_ANSWER = "The travel adapter has a warranty of two years in every country[1]."
ENDLESS = "扫地机器人的安装步骤是什么？"
ENDLESS_PIECE = f"{STEPS}，"

SPOKEN = [line for line in HANDBOOK.splitlines() if line and not line.startswith("#")]
"""Said once in the handbook's own words, so that the model can utter each of them before it is ever corrected."""

TAUGHT = {WARRANTY: WARRANTY_ANSWER, RETURNS: RETURNS_ANSWER, ADAPTER: ADAPTER_ANSWER}
