"""Long scenarios with openstacksdk: sdk.py BASE. Ends with 0 when everything came as it should."""
import json
import sys
import threading
import time
import urllib.request

import openstack
from openstack import exceptions

base = sys.argv[1]


def connect(version="1.14"):
    return openstack.connect(
        auth_type="none", endpoint=base, clustering_endpoint_override=base + "/v1", clustering_default_microversion=version).clustering


senlin = connect()


def ended(accepted, target=None):
    """The action that was asked for, when it has ended: clients say which one it is in several ways."""
    if type(accepted) is dict:
        assert "action" in accepted, accepted
        action = accepted["action"]
    elif type(accepted).__name__ == "Action":
        action = accepted.id
    elif getattr(accepted, "location", None) and "/actions/" in accepted.location:
        action = accepted.location.split("/")[-1]
    else:
        action = list(senlin.actions(target=target or accepted.id, sort="created_at:asc"))[-1].id
    for _ in range(3000):
        found = senlin.get_action(action)
        if found.status in ("SUCCEEDED", "FAILED", "CANCELLED"):
            return found
        time.sleep(0.01)
    raise AssertionError("the action %s does not end" % action)


def until(accepted, target=None):
    done = ended(accepted, target)
    assert done.status == "SUCCEEDED", (done.action, done.status_reason)
    return done


def plan(action):
    """What the SDK does not show of an action."""
    with urllib.request.urlopen(base + "/v1/actions/" + action.id) as answer:
        return json.load(answer)["action"]["data"]


def refused(kind, text, ask, *given, **named):
    try:
        answer = ask(*given, **named)
    except kind as error:
        assert text in str(error), (text, str(error))
        return
    # for some actions the SDK hands the error on as if it were an answer
    assert type(answer) is dict and text in answer.get("error", {}).get("message", ""), (text, answer)


def nodes(cluster):
    return sorted(senlin.nodes(cluster_id=cluster.id), key=lambda n: n.index)


def state(cluster):
    found = senlin.get_cluster(cluster.id)
    return found.status, found.desired_capacity, len(found.node_ids)


def server(name, **told):
    return senlin.create_profile(name=name, spec={
        "type": "os.nova.server", "version": "1.0", "properties": {"flavor": 1, "metadata": {k.replace("_", "."): v for k, v in told.items()}}})


def policy(name, kind, version, **properties):
    return senlin.create_policy(name=name, spec={"type": "senlin.policy." + kind, "version": version, "properties": properties})


def cluster(name, profile, size, **more):
    made = senlin.create_cluster(name=name, profile_id=profile.id, desired_capacity=size, **more)
    until(made)
    return senlin.get_cluster(made.id)


def remove(made):
    until(senlin.delete_cluster(made.id), made.id)
    senlin.wait_for_delete(made, 0.02, 20)


def life_of_a_cluster():
    profile = server("sdk")
    assert senlin.get_profile(profile.id).name == senlin.find_profile("sdk").name == "sdk"
    assert senlin.validate_profile(spec=profile.spec).name == "validated_profile"
    assert senlin.update_profile(profile, metadata={"team": "a"}).metadata == {"team": "a"}
    oldest = policy("oldest", "deletion", "1.1", criteria="OLDEST_FIRST")
    assert senlin.validate_policy(spec=oldest.spec).name == "validated_policy"
    web = cluster("sdk", profile, 3, min_size=1, max_size=8, metadata={"a": "b"})
    assert senlin.find_cluster("sdk").id == senlin.find_cluster(web.id[:8]).id == web.id
    assert state(web) == ("ACTIVE", 3, 3) and web.profile_name == "sdk" and web.metadata == {"a": "b"}
    until(senlin.attach_policy_to_cluster(web, oldest.id, enabled=True))
    assert [b.policy_name for b in senlin.cluster_policies(web)] == ["oldest"]
    bound = senlin.get_cluster_policy(oldest.id, web.id)
    assert bound.policy_type == "senlin.policy.deletion-1.1" and bound.is_enabled is True, bound
    until(senlin.update_cluster_policy(web, oldest.id, enabled=False))
    assert senlin.get_cluster_policy(oldest.id, web.id).is_enabled is False
    assert not list(senlin.cluster_policies(web, is_enabled=True)) and list(senlin.cluster_policies(web, is_enabled=False))
    until(senlin.update_cluster_policy(web, oldest.id, enabled=True))
    done = until(senlin.scale_in_cluster(web, 1))
    assert len(done.depends_on) == 1 and state(web) == ("ACTIVE", 2, 2), done
    until(senlin.scale_out_cluster(web, 2))
    assert state(web) == ("ACTIVE", 4, 4)
    for wanted, how in [
            (5, dict(adjustment_type="EXACT_CAPACITY", number=5)), (3, dict(adjustment_type="CHANGE_IN_CAPACITY", number=-2)),
            (5, dict(adjustment_type="CHANGE_IN_PERCENTAGE", number=50, min_step=2)), (4, dict(adjustment_type="CHANGE_IN_PERCENTAGE", number=-1)),
            (8, dict(adjustment_type="EXACT_CAPACITY", number=20, strict=False)), (6, dict(adjustment_type="EXACT_CAPACITY", number=6, max_size=6)),
            (6, dict(min_size=2))]:
        until(senlin.resize_cluster(web, **how))
        assert state(web) == ("ACTIVE", wanted, wanted), (how, state(web))
    now = senlin.get_cluster(web.id)
    assert (now.min_size, now.max_size) == (2, 6), now
    refused(exceptions.BadRequestException, "greater than the cluster's max_size (6)",
            senlin.resize_cluster, web, adjustment_type="EXACT_CAPACITY", number=7, strict=True)
    refused(exceptions.BadRequestException, "Not enough parameters", senlin.resize_cluster, web)
    until(senlin.check_cluster(web))
    until(senlin.recover_cluster(web, check=True, check_capacity=True))
    assert [a.attr_value for a in senlin.collect_cluster_attrs(web.id, "status")] == ["ACTIVE"] * 6
    assert {a.attr_value for a in senlin.collect_cluster_attrs(web.id, "$.details.status")} == {"ACTIVE"}
    until(senlin.perform_operation_on_cluster(web, "reboot", type="SOFT"))
    until(senlin.update_cluster(web, name="sdk2", metadata={"z": "1"}, timeout=600))
    now = senlin.get_cluster(web.id)
    assert (now.name, now.metadata, now.timeout) == ("sdk2", {"z": "1"}, 600), now
    other = server("sdk-other")
    until(senlin.update_cluster(web, profile_id=other.id))
    assert {n.profile_name for n in nodes(web)} == {"sdk-other"} and senlin.get_cluster(web.id).profile_name == "sdk-other"
    receiver = senlin.create_receiver(name="hook", type="webhook", cluster_id=web.id, action="CLUSTER_SCALE_IN", params={"count": "1"})
    assert "/webhooks/" in receiver.channel["alarm_url"] and senlin.get_receiver(receiver.id).params == {"count": "1"}
    until(json.load(urllib.request.urlopen(urllib.request.Request(receiver.channel["alarm_url"], method="POST"))))
    assert state(web)[1:] == (5, 5)
    assert senlin.update_receiver(receiver, name="hooked", params={"count": "2"}).name == "hooked"
    assert [r.name for r in senlin.receivers(cluster_id=web.id)] == ["hooked"]
    senlin.delete_receiver(receiver)
    refused(exceptions.ConflictException, "still attached to some clusters", senlin.delete_policy, oldest)
    refused(exceptions.ConflictException, "still referenced by some clusters", senlin.delete_profile, other)
    until(senlin.detach_policy_from_cluster(web, oldest.id))
    refused(exceptions.BadRequestException, "is not attached", senlin.detach_policy_from_cluster, web, oldest.id)
    remove(web)
    assert senlin.find_cluster(web.id) is None and not list(senlin.nodes(name="nosuch"))
    senlin.delete_policy(oldest)
    senlin.delete_profile(other)
    senlin.delete_profile(profile)
    assert senlin.find_policy("oldest") is None and senlin.find_profile("sdk") is None


def nodes_one_by_one():
    profile = server("lone")
    home = cluster("home", profile, 2)
    lone = senlin.create_node(name="lone", profile_id=profile.id, role="master", metadata={"k": "v"})
    until(lone)
    lone = senlin.find_node("lone")
    assert (lone.status, lone.role, lone.metadata, lone.index) == ("ACTIVE", "master", {"k": "v"}, -1), lone
    assert senlin.get_node(lone.id, details=True).details["status"] == "ACTIVE"
    until(senlin.update_node(lone, name="alone", role="worker", metadata={}))
    lone = senlin.get_node(lone.id)
    assert (lone.name, lone.role) == ("alone", "worker"), lone
    until(senlin.add_nodes_to_cluster(home, [lone.id]))
    assert state(home) == ("ACTIVE", 3, 3)
    refused(exceptions.BadRequestException, "already owned by some cluster", senlin.add_nodes_to_cluster, home, [lone.id])
    until(senlin.check_node(lone))
    until(senlin.recover_node(lone, operation="REBOOT"))
    until(senlin.perform_operation_on_node(lone, "stop"))
    until(senlin.perform_operation_on_node(lone, "start"))
    spare = senlin.create_node(name="spare", profile_id=profile.id)
    until(spare)
    until(senlin.replace_nodes_in_cluster(home, {lone.id: spare.id}))
    assert spare.id in [n.id for n in nodes(home)] and senlin.get_node(lone.id).cluster_id == ""
    until(senlin.remove_nodes_from_cluster(home, [spare.id]))
    assert state(home) == ("ACTIVE", 2, 2) and senlin.find_node("spare").cluster_id == ""
    until(senlin.remove_nodes_from_cluster(home, [nodes(home)[0].id], destroy_after_deletion=True))
    assert state(home) == ("ACTIVE", 1, 1)
    preview = senlin.adopt_node(preview=True, identity="vm-1", type="os.nova.server-1.0")
    assert preview["node_profile"]["type"] == "os.nova.server", preview
    adopted = senlin.adopt_node(identity="vm-1", type="os.nova.server-1.0", name="taken")
    assert senlin.find_node("taken").physical_id == "vm-1", adopted
    for name in ("alone", "spare", "taken"):
        node = senlin.find_node(name)
        ended(senlin.delete_node(node), node.id)
        senlin.wait_for_delete(node, 0.02, 20)
    refused(exceptions.ResourceNotFound, "nosuch", senlin.get_node, "nosuch")
    refused(exceptions.BadRequestException, "could not be found", senlin.create_node, name="x", profile_id="nosuch")
    remove(home)


def policies_at_work():
    profile = server("worked")
    web = cluster("worked", profile, 1, max_size=9)
    for made in (
            policy("out", "scaling", "1.0", event="CLUSTER_SCALE_OUT", adjustment={"number": 2, "cooldown": 600}),
            policy("in", "scaling", "1.0", event="CLUSTER_SCALE_IN", adjustment={"type": "CHANGE_IN_PERCENTAGE", "number": 50}),
            policy("zones", "zone_placement", "1.0", zones=[{"name": "AZ1", "weight": 100}, {"name": "AZ2", "weight": 100}]),
            policy("together", "affinity", "1.0", servergroup={"name": "g"}),
            policy("batches", "batch", "1.0", max_batch_size=1, pause_time=0),
            policy("youngest", "deletion", "1.0", criteria="YOUNGEST_FIRST"),
            policy("balanced", "loadbalance", "1.3", pool={"subnet": "s"}, vip={"subnet": "s"}),
            policy("well", "health", "1.2", detection={"detection_modes": [{"type": "NODE_STATUS_POLLING"}]},
                   recovery={"actions": [{"name": "RECREATE"}]})):
        until(senlin.attach_policy_to_cluster(web, made.id))
    assert [b.policy_name for b in senlin.cluster_policies(web)][0] == "out" and len(list(senlin.cluster_policies(web))) == 8
    assert [b.policy_name for b in senlin.cluster_policies(web, policy_type="senlin.policy.batch-1.0")] == ["batches"]
    done = until(senlin.scale_out_cluster(web))
    assert state(web) == ("ACTIVE", 3, 3)
    assert sum(plan(done)["creation"]["zones"].values()) == 2, plan(done)
    refused(exceptions.ConflictException, "cooldown", senlin.scale_out_cluster, web)
    until(senlin.resize_cluster(web, adjustment_type="EXACT_CAPACITY", number=4))
    youngest = nodes(web)[-1]
    done = until(senlin.scale_in_cluster(web))
    going = plan(done)["deletion"]
    assert going["count"] == 2 and youngest.id in going["candidates"], going
    until(senlin.update_cluster(web, profile_id=server("worked2").id))
    updates = list(senlin.actions(action="NODE_UPDATE", cluster_id=web.id))
    assert len(updates) == 2 and {a.status for a in updates} == {"SUCCEEDED"}, updates
    twice = ended(senlin.attach_policy_to_cluster(web, policy("again", "deletion", "1.0").id))
    assert twice.status == "FAILED" and "Only one instance of policy type" in twice.status_reason, twice
    remove(web)


def lists_and_pages():
    profile = server("paged")
    made = [cluster("paged%02d" % i, profile, 1) for i in range(7)]
    ids = {c.id for c in made}
    for limit in (1, 2, 7, 100):
        assert [c.id for c in senlin.clusters(limit=limit) if c.id in ids] == [c.id for c in made]
    names = [c.name for c in senlin.clusters(sort="name:desc", limit=2) if c.id in ids]
    assert names == sorted(names, reverse=True) and len(names) == 7, names
    assert [c.name for c in senlin.clusters(name="paged03")] == ["paged03"]
    assert not list(senlin.clusters(name="paged03", status="ERROR"))
    assert len(list(senlin.nodes(limit=3))) == len(list(senlin.nodes())) and len(list(senlin.nodes(cluster_id="paged03"))) == 1
    assert len(list(senlin.events(limit=5))) == len(list(senlin.events()))
    told = list(senlin.events(cluster_id=made[0].id, sort="timestamp:asc"))
    assert [e.status for e in told if e.obj_type == "CLUSTER"] == ["start", "end"], told
    assert senlin.get_event(told[0].id).action == "CLUSTER_CREATE"
    assert {a.action for a in senlin.actions(target=made[0].id)} == {"CLUSTER_CREATE"}
    assert {a.status for a in senlin.actions(cluster_id=made[0].id)} == {"SUCCEEDED"}
    asked = [a.created_at for a in senlin.actions(sort="created_at:desc", limit=3)]
    assert asked == sorted(asked, reverse=True)
    refused(exceptions.BadRequestException, "Unsupported sort key", lambda: list(senlin.clusters(sort="colour")))
    refused(exceptions.BadRequestException, "invalid for 'status'", lambda: list(senlin.actions(status="DONE")))
    assert {t.name for t in senlin.policy_types()} >= {"senlin.policy.scaling", "senlin.policy.health"}
    assert senlin.get_policy_type("senlin.policy.batch-1.0").schema["pause_time"]["default"] == 60
    assert "os.heat.stack" in {t.name for t in senlin.profile_types()}
    assert "change_password" in senlin.list_profile_type_operations("os.nova.server-1.0")["operations"]
    assert [s.binary for s in senlin.services()] and senlin.get_build_info().api["revision"] == "1.0"
    old = connect("1.4")
    assert [t.name for t in old.policy_types()][0].endswith("-1.0") and not hasattr(next(old.policy_types()), "version")
    for c in made:
        remove(c)


def failures():
    broken = server("broken", simulate_fail="start", simulate_times="1")
    made = senlin.create_cluster(name="broken", profile_id=broken.id, desired_capacity=3, min_size=1)
    failed = ended(made)
    assert failed.status == "FAILED" and "told to fail" in failed.status_reason, failed
    assert state(made) == ("WARNING", 3, 3), state(made)
    sick = [n for n in nodes(made) if n.status == "ERROR"]
    assert len(sick) == 1, sick
    until(senlin.recover_node(sick[0]))
    until(senlin.check_cluster(made))
    assert state(made) == ("ACTIVE", 3, 3), state(made)
    remove(made)
    slow = senlin.create_cluster(name="slow", profile_id=server("slow", simulate_delay="2").id, desired_capacity=1)
    action = next(senlin.actions(target=slow.id))
    senlin.wait_for_status(slow, "CREATING", [], 0.02, 20)
    refused(exceptions.ConflictException, "CREATING", senlin.delete_cluster, slow)
    senlin.update_action(action, status="CANCELLED")
    assert ended(action).status == "CANCELLED"
    refused(exceptions.ConflictException, "while expected status must be one of", senlin.update_action, action, status="CANCELLED")
    ended(senlin.delete_cluster(slow, force_delete=True), slow.id)
    for text, spec in [
            ("could not be found", {"type": "senlin.policy.nosuch", "version": "1.0", "properties": {}}),
            ("/properties/criteria", {"type": "senlin.policy.deletion", "version": "1.0", "properties": {"criteria": "BEST"}}),
            ("the property `detection` is missing", {"type": "senlin.policy.health", "version": "1.0", "properties": {"recovery": {}}})]:
        refused(exceptions.HttpException, text, senlin.create_policy, name="wrong", spec=spec)
    refused(exceptions.BadRequestException, "illegal characters", senlin.create_policy, name="two words", spec={})
    refused(exceptions.BadRequestException, "Cluster identity is required", senlin.create_receiver, name="r", type="webhook")
    refused(exceptions.BadRequestException, "message", senlin.create_receiver, name="r", type="message")


def many_at_once():
    profile = server("crowd")
    problems = []

    def one(number):
        try:
            mine = connect()
            for turn in range(3):
                made = cluster("crowd%d-%d" % (number, turn), profile, 2)
                until(mine.scale_out_cluster(made, 1))
                until(mine.scale_in_cluster(made, 2))
                assert len(list(mine.nodes(cluster_id=made.id))) == 1
                remove(made)
        except Exception as error:
            problems.append(repr(error))

    threads = [threading.Thread(target=one, args=(i,)) for i in range(6)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert not problems, problems
    shared = cluster("shared", profile, 1, max_size=50)
    answers = []

    def grow():
        answer = connect().scale_out_cluster(shared, 1)
        answers.append(ended(answer).status if "action" in answer else answer["error"]["type"])

    threads = [threading.Thread(target=grow) for _ in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    grown = answers.count("SUCCEEDED")
    assert grown >= 1 and grown + answers.count("ActionConflict") == 8, answers
    assert state(shared) == ("ACTIVE", 1 + grown, 1 + grown), (answers, state(shared))
    remove(shared)


for scenario in (life_of_a_cluster, nodes_one_by_one, policies_at_work, lists_and_pages, failures, many_at_once):
    started = time.time()
    scenario()
    print("%s: %.1f s" % (scenario.__name__, time.time() - started), flush=True)
print("fine")
