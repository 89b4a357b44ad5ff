using System.Globalization;
using System.Text;

namespace Reeve.Crash.Tests;

/// <summary>
/// What is governed in the crash test, and by which policies: one binding for each way in which a crash could lose or double something.
/// </summary>
internal static class Farm
{
    /// <summary>The members of the pool before anybody scales it.</summary>
    public const int PoolAtFirst = 2;

    /// <summary>Nodes under each of the bindings below.</summary>
    public const int NodesEach = 4;

    /// <summary>The bindings on the service <c>load</c>, each with targets of its own: <c>farm/NAME</c>.</summary>
    public static readonly string[] Kinds = ["hooks", "flows", "asks", "guarded", "twins"];

    /// <summary>The targets that are sent values.</summary>
    public static IReadOnlyList<string> Nodes { get; } =
        [.. from kind in Kinds
            from number in Enumerable.Range(1, NodesEach)
            select string.Create(CultureInfo.InvariantCulture, $"farm/{kind}/n{number}")];

    /// <summary>The targets that are sent heartbeats, now and then too late.</summary>
    public static IReadOnlyList<string> Hearts { get; } =
        [.. from number in Enumerable.Range(1, NodesEach) select string.Create(CultureInfo.InvariantCulture, $"farm/hearts/n{number}")];

    /// <summary>The documents; <paramref name="sink"/> is the receiver's address, with a slash at its end.</summary>
    public static string Documents(Uri sink)
    {
        var text = new StringBuilder("kind: Target\nmetadata: {name: farm}\nspec:\n  kind: deployment\n  children:\n");
        foreach (var kind in (string[])[.. Kinds, "hearts", "orders"])
        {
            text.Append(CultureInfo.InvariantCulture, $"    - name: {kind}\n      kind: area\n      children:\n");
            for (var number = 1; number <= NodesEach; number++)
            {
                text.Append(CultureInfo.InvariantCulture, $"        - {{name: n{number}, kind: node}}\n");
            }
        }

        return text.Append(Rest.Replace("{sink}", sink.ToString(), StringComparison.Ordinal)).ToString();
    }

    private const string Rest =
        """
            - name: pool
              kind: group
              capacity: {min: 0, max: 100000, desired: 2}
              driver:
                name: simulated
                config: {start: 30ms, stop: 20ms}
        ---
        kind: Policy
        metadata: {name: load-low}
        spec:
          type: reeve.threshold-1.0
          properties: {service: load, upper_bound: 0.9}
        ---
        kind: Policy
        metadata: {name: heart-beats}
        spec:
          type: reeve.heartbeat-1.0
          properties: {ttl: 700ms}
        ---
        kind: Policy
        metadata: {name: edited}
        spec:
          type: reeve.threshold-1.0
          properties: {service: nothing, upper_bound: 0}
        ---
        # a call with several attempts
        kind: Binding
        metadata: {name: hooks}
        spec:
          policy: load-low
          targets: {path: farm/hooks}
          on: {events: [load]}
          escalation:
            - name: call
              steps:
                - actor: webhook
                  with: {url: "{sink}hooks", timeout: 1s}
                  attempts: 3
                  settle: 150ms
        ---
        # a workflow with calls, a wait, a question and a retry
        kind: Workflow
        metadata: {name: repair}
        spec:
          inputs: {node: {required: true}}
          steps:
            - name: look
              actor: webhook
              with: {url: "{sink}flows/look", body: {node: "{{ inputs.node }}"}, timeout: 1s}
              retry: {attempts: 8, backoff: 20ms, max_backoff: 50ms, always: true}
            - name: breathe
              wait: 120ms
            - name: both
              parallel:
                - - name: left
                    actor: webhook
                    with: {url: "{sink}flows/left", body: {node: "{{ inputs.node }}"}, timeout: 1s}
                    retry: {attempts: 8, backoff: 20ms, max_backoff: 50ms, always: true}
                - - name: right
                    actor: webhook
                    with: {url: "{sink}flows/right", body: {node: "{{ inputs.node }}"}, timeout: 1s}
                    retry: {attempts: 8, backoff: 20ms, max_backoff: 50ms, always: true}
            - name: ask
              approval: "may {{ inputs.node }} be mended?"
            - name: mend
              actor: webhook
              with: {url: "{sink}flows/mend", body: {node: "{{ inputs.node }}"}, timeout: 1s}
              retry: {attempts: 8, backoff: 20ms, max_backoff: 50ms, always: true}
        ---
        kind: Binding
        metadata: {name: flows}
        spec:
          policy: load-low
          targets: {path: farm/flows}
          on: {events: [load]}
          escalation:
            - name: mend
              steps:
                - workflow: repair
                  with: {node: "{{ target.path }}"}
                  attempts: 2
                  settle: 200ms
        ---
        # people first, then a call; and a call when all is well again
        kind: Binding
        metadata: {name: asks}
        spec:
          policy: load-low
          targets: {path: farm/asks}
          on: {events: [load]}
          escalation:
            - name: ask
              steps:
                - approval: "may {{ target.path }} be called?"
                - actor: webhook
                  with: {url: "{sink}asks", timeout: 1s}
          resolution:
            - name: thanks
              steps:
                - actor: webhook
                  with: {url: "{sink}thanks", timeout: 1s}
        ---
        # every action needs a yes
        kind: Binding
        metadata: {name: guarded}
        spec:
          policy: load-low
          targets: {path: farm/guarded}
          on: {events: [load]}
          restraints:
            approval: {message: "may {{ target.path }} be guarded?"}
            cooldown: 200ms
          escalation:
            - name: guard
              steps:
                - actor: webhook
                  with: {url: "{sink}guarded", timeout: 1s}
                  attempts: 2
                  settle: 100ms
        ---
        # two branches side by side, run again when what is found has changed
        kind: Binding
        metadata: {name: twins}
        spec:
          policy: load-low
          targets: {path: farm/twins}
          on: {events: [load]}
          incident: {hash_include: [value]}
          escalation:
            - name: one
              steps:
                - actor: webhook
                  with: {url: "{sink}twins/one", timeout: 1s}
            - name: two
              steps:
                - actor: webhook
                  with: {url: "{sink}twins/two/first", timeout: 1s}
                - actor: webhook
                  with: {url: "{sink}twins/two/second", timeout: 1s}
        ---
        kind: Binding
        metadata: {name: hearts}
        spec:
          policy: heart-beats
          targets: {path: farm/hearts}
          on: {events: [heartbeat]}
          escalation:
            - name: call
              steps:
                - actor: webhook
                  with: {url: "{sink}hearts", timeout: 1s}
        ---
        kind: Workflow
        metadata: {name: deliver}
        spec:
          inputs: {order: {required: true}}
          steps:
            - name: pack
              actor: webhook
              with: {url: "{sink}orders/pack", body: {order: "{{ inputs.order }}"}, timeout: 1s}
              retry: {attempts: 8, backoff: 20ms, max_backoff: 50ms, always: true}
            - name: breathe
              wait: 50ms
            - name: send
              actor: webhook
              with: {url: "{sink}orders/send", body: {order: "{{ inputs.order }}"}, timeout: 1s}
              retry: {attempts: 8, backoff: 20ms, max_backoff: 50ms, always: true}

        """;
}
