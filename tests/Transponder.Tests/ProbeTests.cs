using Xunit;

namespace Transponder.Tests;

public sealed class ProbeTests
{
    [Fact]
    public void One() => Assert.Equal(2, 1 + 1);
}
