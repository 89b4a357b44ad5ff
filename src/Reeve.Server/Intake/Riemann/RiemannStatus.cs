using System.Text.Json;

namespace Reeve.Server.Intake.Riemann;

/// <summary>What Riemann's protocol does, in numbers, as a part of the status.</summary>
internal static class RiemannStatus
{
    /// <summary>Writes the member <c>riemann</c>; nothing when the protocol is not taken in.</summary>
    public static void Write(Utf8JsonWriter writer, RiemannIntake? intake)
    {
        if (intake is null)
        {
            return;
        }

        var (door, counters) = (intake.Door, intake.Door.Counters);
        writer.WriteStartObject("riemann");
        writer.WriteStartArray("addresses");
        foreach (var address in intake.Addresses)
        {
            writer.WriteStringValue(address);
        }

        writer.WriteEndArray();
        writer.WriteNumber("events", counters.Events);
        writer.WriteNumber("queries", counters.Queries);
        writer.WriteNumber("refused", counters.Refused);
        writer.WriteNumber("malformed", counters.Malformed);
        writer.WriteNumber("connections", intake.Connections);
        writer.WriteNumber("turned_away", counters.TurnedAway);
        writer.WriteNumber("cut_off", counters.CutOff);
        writer.WriteStartObject("udp");
        writer.WriteNumber("datagrams", counters.Datagrams);
        writer.WriteNumber("dropped_events", counters.Dropped);
        writer.WriteNumber("dropped_by_kernel", intake.DroppedByKernel);
        writer.WriteEndObject();
        writer.WriteStartObject("index");
        writer.WriteNumber("events", door.Index.Count);
        writer.WriteNumber("refused", door.Index.Refused);
        writer.WriteNumber("expired", intake.Reaper?.Expired ?? 0);
        writer.WriteEndObject();
        writer.WriteStartObject("subscribers");
        writer.WriteNumber("now", door.Subscriptions.Count);
        writer.WriteNumber("too_slow", counters.Unsent);
        writer.WriteEndObject();
        writer.WriteNumber("hosts", door.Hosts.Count);
        writer.WriteEndObject();
    }
}
