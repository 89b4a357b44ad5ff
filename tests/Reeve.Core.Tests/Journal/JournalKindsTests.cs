using System.Reflection;
using Reeve.Core.Journal;

namespace Reeve.Core.Tests.Journal;

public sealed class JournalKindsTests
{
    [Fact]
    public void The_list_of_all_kinds_leaves_none_out() => Assert.Equal(
        typeof(JournalKinds).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral)
            .Select(f => (string)f.GetValue(null)!),
        JournalKinds.All);
}
