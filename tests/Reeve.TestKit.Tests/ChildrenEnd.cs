namespace Reeve.TestKit.Tests;

public sealed class ChildrenEnd
{
    [Fact]
    public async Task A_child_says_what_it_printed_and_how_it_ended()
    {
        await using var child = await ChildProcess.StartAsync("sh", "-c", "echo out; echo err >&2; exit 3");
        Assert.Equal(3, await child.WaitForExitAsync());
        Assert.Equal(["out"], child.Output);
        Assert.Equal(["err"], child.Errors);
    }

    [Fact]
    public async Task A_child_dies_when_the_process_that_started_it_is_killed()
    {
        await using var parent = await ChildProcess.StartAsync("sh", "-c", "setpriv --pdeathsig KILL sleep 1000 & echo $!; wait");
        var pid = await Eventually.FindAsync(() => Task.FromResult(parent.Output.FirstOrDefault()));
        await Eventually.IsTrueAsync(() => CommandOf(pid).StartsWith("sleep", StringComparison.Ordinal));

        await parent.KillAsync();

        await Eventually.IsTrueAsync(() => CommandOf(pid).Length == 0);
    }

    [Fact]
    public void Ports_and_folders_are_not_given_twice()
    {
        var ports = Enumerable.Range(0, 50).Select(_ => FreePort.Take()).ToList();
        Assert.Equal(ports.Count, ports.Distinct().Count());

        string path;
        using (var one = new TempFolder())
        using (var two = new TempFolder())
        {
            Assert.NotEqual(one.Path, two.Path);
            path = one.Path;
            Assert.True(File.Exists(one.Write("a/b.txt", "x")));
        }

        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public void Ports_in_a_row_are_nobody_elses()
    {
        var ports = ParallelEnumerable.Range(0, 100)
            .SelectMany(i => i % 10 == 0 ? Enumerable.Range(FreePort.TakeRow(20), 20) : [FreePort.Take()]).ToList();
        Assert.Equal(ports.Count, ports.Distinct().Count());
    }

    [Fact]
    public async Task Waiting_in_vain_names_what_was_waited_for()
    {
        var never = false;
        var error = await Assert.ThrowsAsync<TimeoutException>(() => Eventually.IsTrueAsync(() => never, TimeSpan.FromMilliseconds(30)));
        Assert.Contains("never", error.Message, StringComparison.Ordinal);
    }

    private static string CommandOf(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
