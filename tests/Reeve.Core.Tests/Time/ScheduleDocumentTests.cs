using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Time;

namespace Reeve.Core.Tests.Time;

public sealed class ScheduleDocumentTests
{
    [Theory]
    [InlineData("\"15 minutes\"", "15 minutes", "{\"at\":\"15 minutes\"}")]
    [InlineData("\"Hourly\"", "hourly", "{\"at\":\"hourly\"}")]
    [InlineData("\"every 30s\"", "every 30s", "{\"every\":\"30s\"}")]
    [InlineData("\"2 hours\"", "every 2h", "{\"every\":\"2h\"}")]
    [InlineData("{\"every\": 30, \"jitter\": \"5s\"}", "every 30s, up to 5s later", "{\"every\":\"30s\",\"jitter\":\"5s\"}")]
    [InlineData("{\"at\": \"monthly\"}", "monthly", "{\"at\":\"monthly\"}")]
    [InlineData("{\"cron\": \"0 3 * * MON-FRI\", \"time_zone\": \"Europe/Berlin\"}", "cron 0 3 * * MON-FRI Europe/Berlin",
        "{\"cron\":\"0 3 * * MON-FRI\",\"time_zone\":\"Europe/Berlin\"}")]
    [InlineData("{\"cron\": \"0 3 * * *\"}", "cron 0 3 * * * UTC", "{\"cron\":\"0 3 * * *\",\"time_zone\":\"UTC\"}")]
    public void A_schedule_is_read_and_written(string json, string text, string written)
    {
        var mistakes = new List<Mistake>();
        var schedule = ScheduleDocument.Read(Json.Parse(json), "/spec/schedule", mistakes);

        Assert.Empty(mistakes);
        Assert.Equal(text, schedule!.ToString());
        Assert.Equal(written, ScheduleDocument.Write(schedule).GetRawText());
        Assert.Equal(schedule, ScheduleDocument.Read(ScheduleDocument.Write(schedule), "", mistakes));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"dayly\"")]
    [InlineData("\"every now and then\"")]
    [InlineData("\"500ms\"")]
    [InlineData("\"1.5s\"")]
    [InlineData("\"0\"")]
    [InlineData("\"36500d\"")]
    [InlineData("{}")]
    [InlineData("{\"every\": \"30s\", \"cron\": \"* * * * *\"}")]
    [InlineData("{\"every\": \"30s\", \"time_zone\": \"UTC\"}")]
    [InlineData("{\"every\": \"30s\", \"jitter\": \"30s\"}")]
    [InlineData("{\"every\": \"30s\", \"jitter\": \"1ms\"}")]
    [InlineData("{\"every\": -1}")]
    [InlineData("{\"evry\": \"30s\"}")]
    [InlineData("{\"cron\": 5}")]
    [InlineData("{\"at\": \"yearly\"}")]
    public void What_is_no_schedule_is_a_mistake(string json)
    {
        var mistakes = new List<Mistake>();

        Assert.Null(ScheduleDocument.Read(Json.Parse(json), "/spec/schedule", mistakes));
        Assert.NotEmpty(mistakes);
        Assert.All(mistakes, m => Assert.StartsWith("/spec/schedule", m.Path, StringComparison.Ordinal));
    }

    [Fact]
    public void A_word_that_is_nearly_right_is_guessed()
    {
        var mistakes = new List<Mistake>();
        ScheduleDocument.Read(JsonSerializer.SerializeToElement("dayly"), "", mistakes);

        Assert.EndsWith("did you mean `daily`?", mistakes[0].Message, StringComparison.Ordinal);
    }
}
