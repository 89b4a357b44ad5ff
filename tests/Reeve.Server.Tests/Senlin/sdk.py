"""A long scenario with openstacksdk: sdk.py BASE. Ends with 0 when everything came as it should."""
import json
import sys
import urllib.request

import openstack

base = sys.argv[1]
cloud = openstack.connect(
    auth_type="none", endpoint=base, clustering_endpoint_override=base + "/v1", clustering_default_microversion="1.14")
senlin = cloud.clustering


def until(accepted):
    if type(accepted) is dict:
        assert "action" in accepted, accepted
        action = accepted["action"]
    elif type(accepted).__name__ == "Action":
        action = accepted.id
    else:
        action = list(senlin.actions(target=accepted.id, sort="created_at:asc"))[-1].id
    return senlin.wait_for_status(senlin.get_action(action), "SUCCEEDED", ["FAILED"], 0.02, 20)


profile = senlin.create_profile(name="sdk", spec={"type": "os.nova.server", "version": "1.0", "properties": {"flavor": 1}})
policy = senlin.create_policy(
    name="oldest", spec={"type": "senlin.policy.deletion", "version": "1.1", "properties": {"criteria": "OLDEST_FIRST"}})
assert senlin.validate_policy(spec=policy.spec).name == "validated_policy"
until(senlin.create_cluster(name="sdk", profile_id=profile.id, desired_capacity=3, min_size=1, max_size=8))
cluster = senlin.find_cluster("sdk")
assert cluster.status == "ACTIVE" and len(cluster.node_ids) == 3, cluster
until(senlin.attach_policy_to_cluster(cluster, policy.id, enabled=True))
assert [b.policy_name for b in senlin.cluster_policies(cluster)] == ["oldest"]
done = until(senlin.scale_in_cluster(cluster, 1))
assert len(list(senlin.nodes(cluster_id=cluster.id))) == 2 and len(done.depends_on) == 1, done
until(senlin.scale_out_cluster(cluster, 2))
until(senlin.resize_cluster(cluster, adjustment_type="CHANGE_IN_PERCENTAGE", number=50, min_step=1, strict=True))
assert senlin.get_cluster(cluster.id).desired_capacity == 6
until(senlin.check_cluster(cluster))
until(senlin.recover_cluster(cluster))
assert [a.attr_value for a in senlin.collect_cluster_attrs(cluster.id, "status")] == ["ACTIVE"] * 6
until(senlin.perform_operation_on_cluster(cluster, "reboot", type="SOFT"))
until(senlin.update_cluster(cluster, metadata={"a": "b"}))
until(senlin.create_node(name="lone", profile_id=profile.id))
lone = senlin.find_node("lone")
until(senlin.add_nodes_to_cluster(cluster, [lone.id]))
until(senlin.remove_nodes_from_cluster(cluster, [lone.id]))
receiver = senlin.create_receiver(name="hook", type="webhook", cluster_id=cluster.id, action="CLUSTER_SCALE_OUT", params={"count": "1"})
assert "/webhooks/" in receiver.channel["alarm_url"]
answer = json.load(urllib.request.urlopen(urllib.request.Request(receiver.channel["alarm_url"], method="POST")))
until(answer)
assert len(list(senlin.nodes(limit=3))) == len(list(senlin.nodes()))
assert len(list(senlin.events(limit=5))) == len(list(senlin.events()))
senlin.delete_receiver(receiver)
until(senlin.detach_policy_from_cluster(cluster, policy.id))
until(senlin.delete_cluster(cluster))
assert senlin.find_cluster("sdk") is None
senlin.delete_policy(policy)
print("fine")
