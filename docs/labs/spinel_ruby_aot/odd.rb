# odd.rb: one method, twenty million integer calls, one with a float
def add(a, b)
  a + b
end

def work(total)
  i = 0
  while i < 100_000
    total = add(total, i) % 997
    i += 1
  end
  total
end

total = 0
200.times { total = work(total) }
puts total
puts add(total, 0.5) # the odd one
