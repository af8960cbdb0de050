"""What is not seen of the pools of a cluster may change what holds for its pods."""

from azure_builders import cluster, convert


def test_pools_that_are_not_seen_leave_pod_addresses_and_the_network_unknown() -> None:
    body = cluster(
        networkProfile={"networkPlugin": "azure"},
        agentPoolProfiles=[{"name": "a"}, "[parameters('pool')]"],
    )
    part = convert(body)

    assert part.cluster is not None
    assert [pool.name for pool in part.cluster.pools] == ["a", "unknown"]
    assert not part.cluster.addressing.known
    assert not part.fabric.subnets
